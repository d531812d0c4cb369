import { t } from '../../../src/language/index.ts';
import './measure.css';

interface MeasureProps {
  readonly title: string;
  readonly value: string | undefined;
  /** How it was come by. */
  readonly origin?: string | undefined;
  /** Where there is no value. */
  readonly missing?: string;
}

/** One figure of a `<dl className="measures">`. */
export function Measure({ title, value, origin, missing = t('Not reported') }: MeasureProps) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {value ?? <span className="faint">{missing}</span>}
        {value && origin && <span className="measures__origin">{origin}</span>}
      </dd>
    </div>
  );
}

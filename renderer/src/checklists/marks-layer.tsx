import type { Mark } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { PictureCross } from '../ui/picture-cross.tsx';
import { criteriaOf } from '../wording/checklists.ts';
import type { FoundMarks } from './form.ts';
import './checklists.css';

interface MarksLayerProps {
  kind: 'seven-point' | 'menzies';
  found: FoundMarks;
  marking: string | undefined;
  onMark: (at: Mark) => void;
  onCancel: () => void;
}

/** Numbers over the picture where criteria were marked; a cross while one is being marked. */
export function MarksLayer({ kind, found, marking, onMark, onCancel }: MarksLayerProps) {
  const criteria = criteriaOf(kind);
  return (
    <div className="marks">
      {criteria.flatMap(({ code, name }, index) =>
        (found.get(code) ?? []).map(({ x, y }) => (
          <span
            key={`${code} ${x} ${y}`}
            className="marks__mark"
            style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
            role="img"
            aria-label={t('{name}, marked', { name })}
          >
            {index + 1}
          </span>
        )),
      )}
      {marking && (
        <PictureCross
          label={t('Where is it: {name}?', {
            name: criteria.find(({ code }) => code === marking)?.name ?? '',
          })}
          onPlace={onMark}
          onCancel={onCancel}
        />
      )}
    </div>
  );
}

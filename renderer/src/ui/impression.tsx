import type { ClassProbability, Review } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { decisionNames, impressionName } from '../wording/readings.ts';
import { Icon } from './icons.tsx';
import './impression.css';

interface ImpressionProps {
  /** The newest. */
  review: Review;
  /** Of the reading beside it, which names its classes. */
  probabilities?: readonly ClassProbability[] | undefined;
  /** Without what follows from it, where there is little room. */
  isShort?: boolean;
}

/** What the clinician made of an image, the same wherever it is listed. */
export function Impression({ review, probabilities, isShort }: ImpressionProps) {
  const about = useStationQuery('about', {});
  const classes = about.data?.network.classes ?? probabilities ?? [];
  return (
    <span className="impression">
      <Icon name="check" size={14} />
      <span className="visually-hidden">{t('Reviewed:')} </span>
      <span>
        <strong>{impressionName(review.impression, classes)}</strong>
        {!isShort && ` – ${decisionNames[review.decision]}`}
      </span>
    </span>
  );
}

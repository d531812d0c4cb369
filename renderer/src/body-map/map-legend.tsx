import { t } from '../../../src/language/index.ts';
import { VerdictShape } from '../ui/verdict.tsx';
import type { LesionStatus } from '../wording/follow-ups.ts';
import { verdictNames } from '../wording/verdict.ts';
import type { BodyMapProps } from './body-place.ts';

const statusNames: Partial<Record<LesionStatus, string>> = {
  overdue: t('Overdue'),
  awaited: t('Followed up'),
  closed: t('Closed'),
};

/** What the markers' signs mean, as far as this patient's lesions have them. */
export function MapLegend({
  lesions,
  statuses,
  verdicts,
}: Pick<BodyMapProps, 'lesions' | 'statuses' | 'verdicts'>) {
  const seenStatuses = new Set(lesions.map(({ id }) => statuses.get(id)));
  const seenVerdicts = new Set(lesions.map(({ id }) => verdicts.get(id)));
  const shownVerdicts = (['suspicious', 'unclear', 'no-sign', 'unusable'] as const).filter((each) =>
    seenVerdicts.has(each),
  );
  const shownStatuses = (['overdue', 'awaited', 'closed'] as const).filter((each) =>
    seenStatuses.has(each),
  );
  if (shownVerdicts.length + shownStatuses.length === 0) return null;
  return (
    <ul className="map-legend" aria-label={t('Signs on the map')}>
      {shownVerdicts.map((verdict) => (
        <li key={verdict} className={`figure__verdict figure__verdict--${verdict}`}>
          <VerdictShape verdict={verdict} sizePx={12} />
          <span>{verdictNames[verdict]}</span>
        </li>
      ))}
      {shownStatuses.map((status) => (
        <li key={status}>
          <svg width="14" height="14" viewBox="-14 -14 28 28" aria-hidden="true">
            <g className={`figure__marker figure__marker--${status}`} data-status={status}>
              <circle className="figure__ring" r="12.5" />
              <circle r="8.5" />
            </g>
          </svg>
          <span>{statusNames[status]}</span>
        </li>
      ))}
    </ul>
  );
}

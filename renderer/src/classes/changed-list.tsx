import type { ReadingSummary } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ChangedReading } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { VerdictMark } from '../ui/verdict.tsx';
import { patientName } from '../wording/patients.ts';
import { formatPercent } from '../wording/readings.ts';

/** Images that come to something else, the gravest change first. */
export function ChangedList({ changes }: { changes: readonly ChangedReading[] }) {
  return (
    <ul className="changed" aria-label={t('Changed readings')}>
      {changes.map(({ imageId, before, after, entry }) => (
        <li key={imageId}>
          <a href={href({ screen: 'image', imageId })}>
            <Thumbnail imageId={imageId} sizePx={56} />
            <span>
              {patientName(entry.patient)} · {t('Lesion {label}', { label: entry.lesion.label })}
            </span>
          </a>
          <Said summary={before} />
          <span aria-hidden="true">→</span>
          <Said summary={after} />
        </li>
      ))}
    </ul>
  );
}

function Said({ summary: { kind, code, probability } }: { summary: ReadingSummary }) {
  return (
    <span className="changed__said">
      <VerdictMark verdict={kind} /> {code} {formatPercent(probability)}
    </span>
  );
}

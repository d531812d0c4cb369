import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { LesionImageEntry } from '../lesion/timeline.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import { formatDate } from '../wording/dates.ts';
import { verdictOf } from '../wording/verdict.ts';

/** When an image was taken, or that nobody knows. */
export const whenText = ({ image }: LesionImageEntry): string =>
  image.capturedAt
    ? formatDate(image.capturedAt)
    : t('day not known, imported {date}', { date: formatDate(image.importedAt) });

export const nameOf = ({ label }: Lesion, entry: LesionImageEntry): string =>
  t('Lesion {label}, {when}', { label, when: whenText(entry) });

interface CaptionsProps {
  entries: readonly LesionImageEntry[];
  /** The one of them that is shown just now. */
  current?: LesionImageEntry | undefined;
}

export function Captions({ entries, current }: CaptionsProps) {
  return entries.map((entry) => (
    <span
      key={entry.image.id}
      className="pane__when"
      data-away={current !== undefined && current !== entry}
    >
      <VerdictMark verdict={verdictOf(entry.reading)} />
      {whenText(entry)}
      {entry.image.device && <span className="pane__device">{entry.image.device}</span>}
    </span>
  ));
}

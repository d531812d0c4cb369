import { inSentence, t } from '../../../src/language/index.ts';
import type { WaitingLesion } from '../../../src/station/contract/index.ts';
import { RowCheckbox } from '../lists/selection-bar.tsx';
import { href } from '../routing/routes.ts';
import { Icon } from '../ui/icons.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { VerdictChip } from '../ui/verdict.tsx';
import { siteText } from '../wording/anatomy.ts';
import { countText } from '../wording/counts.ts';
import { formatAgo, formatDateTime, formatSpan } from '../wording/dates.ts';
import { patientFactsShort, patientName } from '../wording/patients.ts';
import { warningNames } from '../wording/readings.ts';
import { notReadName, verdictFigures, verdictNames, verdictOf } from '../wording/verdict.ts';
import { chipOf } from './view.ts';

interface WorklistRowProps {
  entry: WaitingLesion;
  /** The row above is of the same patient. */
  isContinued: boolean;
  isSelected: boolean;
  onToggle: (isRange: boolean) => void;
}

/** A lesion that waits, with its newest image. */
export function WorklistRow({ entry, isContinued, isSelected, onToggle }: WorklistRowProps) {
  const { image, lesion, patient, imageCount, oldestImportedAt, isBegun } = entry;
  return (
    <li className="worklist__item" data-selected={isSelected} data-continued={isContinued}>
      <RowCheckbox
        label={t('Select lesion {label} of {patient}', {
          label: lesion.label,
          patient: patientName(patient),
        })}
        isChecked={isSelected}
        onToggle={onToggle}
      />
      <a
        className="worklist__row"
        data-row={lesion.id}
        href={href({ screen: 'image', imageId: image.id })}
      >
        <Thumbnail imageId={image.id} sizePx={84} />
        <span className="worklist__patient">
          <strong>{patientName(patient)}</strong>
          <span className="faint">{patientFactsShort(patient).join(' · ')}</span>
        </span>
        <span className="worklist__lesion">
          <span>{lesion.label}</span>
          <span className="faint">{siteText(lesion)}</span>
        </span>
        <span className="worklist__verdict">
          <VerdictChip verdict={chipOf(entry.verdict)} />
          <span className="faint">{basisOf(entry)}</span>
        </span>
        <span className="worklist__imported" title={formatDateTime(image.importedAt)}>
          {formatAgo(image.importedAt)}
        </span>
        <span
          className="worklist__waiting"
          title={t('Since {dateTime}', { dateTime: formatDateTime(oldestImportedAt) })}
        >
          <span>{formatSpan(oldestImportedAt)}</span>
          {imageCount > 1 && <span className="faint">{countText(imageCount, 'image')}</span>}
        </span>
        <span className="worklist__remarks">
          {isBegun && <span className="tag tag--accent">{t('Review begun')}</span>}
          {image.qualityWarnings.map((warning) => (
            <span key={warning} className="tag tag--caution">
              {warningNames[warning]}
            </span>
          ))}
        </span>
        <Icon name="chevron" />
      </a>
    </li>
  );
}

/** What the verdict rests on; where it is an older image's, what the newest one's is. */
function basisOf({ verdict, reading }: WaitingLesion): string {
  const newest = verdictOf(reading);
  if (newest === chipOf(verdict)) return reading ? verdictFigures(reading) : '';
  return t('An earlier image. Newest: {newest}', {
    newest: inSentence(newest ? verdictNames[newest] : notReadName),
  });
}

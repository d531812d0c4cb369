import { useState } from 'react';
import type { ErasureSubject, Overview } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ImageEntry } from '../../../src/station/contract/index.ts';
import { EraseDialog } from '../erasure/erase-dialog.tsx';
import { RemovedOverview } from '../overviews/removed-overview.tsx';
import { href } from '../routing/routes.ts';
import type { StationOutput } from '../station/connection.ts';
import { useMay } from '../station/use-may.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Impression } from '../ui/impression.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { VerdictChip } from '../ui/verdict.tsx';
import { siteText } from '../wording/anatomy.ts';
import { countText } from '../wording/counts.ts';
import { formatDate } from '../wording/dates.ts';
import { listText } from '../wording/lists.ts';
import { verdictOf } from '../wording/verdict.ts';
import { MoveNotes } from './move-notes.tsx';
import type { LesionActions } from './use-lesion-actions.ts';

interface RemovedSectionProps {
  record: StationOutput<'patients.get'>;
  actions: LesionActions;
  overviews: readonly Overview[];
}

/** Removed images and lesions, merged ones too: nothing of them is deleted. */
export function RemovedSection({ record, actions, overviews }: RemovedSectionProps) {
  const may = useMay();
  /** What is erased: the dialog shows the proof when it is gone from the list. */
  const [erasing, setErasing] = useState<ErasureSubject>();
  const { lesions, images } = record.removed;
  if (lesions.length + images.length + overviews.length === 0 && !erasing) return null;
  const all = [...record.lesions, ...lesions].map(({ lesion }) => lesion);
  const labelOf = (lesionId: string | null) =>
    all.find(({ id }) => id === lesionId)?.label ?? t('another one');
  const parts = [
    images.length > 0 && countText(images.length, 'image'),
    lesions.length > 0 && countText(lesions.length, 'lesion'),
    overviews.length > 0 && countText(overviews.length, 'overview photograph'),
  ];
  return (
    <details className="panel removed">
      <summary>
        <h2>{t('Removed and merged')}</h2>
        <span className="faint">{listText(parts.filter((part) => part !== false))}</span>
      </summary>
      <ul className="removed__list">
        {lesions.map(({ lesion, movedOut }) => (
          <li key={lesion.id} className="removed__item">
            <div className="removed__text">
              <strong>{t('Lesion {label}', { label: lesion.label })}</strong>
              <span className="faint">{siteText(lesion)}</span>
              <span>
                {lesion.mergedInto
                  ? t('Merged into lesion {label}', { label: labelOf(lesion.mergedInto) })
                  : t('Removed with its images')}
                {lesion.removedAt && `, ${formatDate(lesion.removedAt)}`}
              </span>
              <MoveNotes patientId={lesion.patientId} movedIn={[]} movedOut={movedOut} />
            </div>
            {may('lesions.restore') && (
              <Button small icon="restore" onClick={() => void actions.restore(lesion)}>
                {lesion.mergedInto ? t('Take apart again') : t('Restore')}
              </Button>
            )}
          </li>
        ))}
        {images.map((entry) => (
          <RemovedImage
            key={entry.image.id}
            entry={entry}
            label={labelOf(entry.image.lesionId)}
            onErase={() => setErasing({ kind: 'image', id: entry.image.id })}
          />
        ))}
        {overviews.map((overview) => (
          <RemovedOverview
            key={overview.id}
            overview={overview}
            onErase={() => setErasing({ kind: 'overview', id: overview.id })}
          />
        ))}
      </ul>
      {erasing && (
        <EraseDialog
          subject={erasing}
          what={erasing.kind === 'image' ? t('this image') : t('this photograph')}
          onClose={() => setErasing(undefined)}
          onErased={() => setErasing(undefined)}
        />
      )}
    </details>
  );
}

interface RemovedImageProps {
  entry: ImageEntry;
  label: string;
  onErase: () => void;
}

function RemovedImage({ entry, label, onErase }: RemovedImageProps) {
  const { image, reading, review } = entry;
  const may = useMay();
  const station = useStation();
  const restore = () =>
    station
      .call('images.restore', { imageId: image.id })
      .then(() => showToast(t('The image is back with lesion {label}.', { label })))
      .catch(showErrorToast);
  return (
    <li className="removed__item">
      <a
        className="removed__picture"
        href={href({ screen: 'image', imageId: image.id })}
        aria-label={t('Open {fileName}', { fileName: image.fileName })}
      >
        <Thumbnail
          imageId={image.id}
          sizePx={96}
          alt={t('Removed image {fileName}', { fileName: image.fileName })}
        />
      </a>
      <div className="removed__text">
        <strong>{t('Lesion {label}', { label })}</strong>
        <span className="faint">
          {image.removedAt
            ? t('{fileName}, removed {date}', {
                fileName: image.fileName,
                date: formatDate(image.removedAt),
              })
            : image.fileName}
        </span>
        <VerdictChip verdict={verdictOf(reading)} />
        {review && <Impression review={review} probabilities={reading?.probabilities} />}
      </div>
      {may('images.restore') && (
        <Button small icon="restore" onClick={() => void restore()}>
          {t('Restore')}
        </Button>
      )}
      {may('erasures.erase') && (
        <Button small variant="quiet" icon="remove" onClick={onErase}>
          {t('Erase…')}
        </Button>
      )}
    </li>
  );
}

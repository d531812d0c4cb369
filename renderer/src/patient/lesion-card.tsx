import '../ui/lesion-number.css';
import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { Findings } from '../histology/findings.tsx';
import { DropArea } from '../imports/drop-area.tsx';
import { FileButton } from '../imports/file-button.tsx';
import { href } from '../routing/routes.ts';
import type { StationOutput } from '../station/connection.ts';
import { useMay } from '../station/use-may.ts';
import { Button } from '../ui/button.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { siteText } from '../wording/anatomy.ts';
import { isOverdue, statusText } from '../wording/follow-ups.ts';
import { ImageStrip } from './image-strip.tsx';
import { MoveNotes } from './move-notes.tsx';

export type LesionRecord = StationOutput<'patients.get'>['lesions'][number];

interface LesionCardProps {
  number: number;
  record: LesionRecord;
  /** Lesions that were merged into this one. */
  merged: readonly Lesion[];
  isChosen: boolean;
  onFiles: (files: File[]) => void;
  onEdit: () => void;
  commands: readonly MenuItem[];
}

/** A lesion with its images from the first to the newest. */
export function LesionCard(props: LesionCardProps) {
  const { number, record, merged, isChosen, onFiles, onEdit, commands } = props;
  const { lesion, images, imageCount, movedIn, movedOut, awaited, histology } = record;
  const { closure } = lesion;
  const may = useMay();
  return (
    <DropArea
      invitation={t('Drop the images for {label}', { label: lesion.label })}
      onFiles={onFiles}
      isOff={!may('images.import')}
    >
      <section
        id={`lesion-${lesion.id}`}
        className={`panel lesion ${isChosen ? 'lesion--chosen' : ''} ${closure ? 'lesion--closed' : ''}`}
        aria-label={t('Lesion {label}', { label: lesion.label })}
        tabIndex={-1}
      >
        <header className="lesion__head">
          <span
            className={closure ? 'lesion-number lesion-number--closed' : 'lesion-number'}
            aria-hidden="true"
          >
            {number}
          </span>
          <div className="lesion__titles">
            <h3>
              <a href={href({ screen: 'lesion', lesionId: lesion.id })}>{lesion.label}</a>
            </h3>
            <span className="faint">{siteText(lesion)}</span>
          </div>
          {(closure || awaited.length > 0) && (
            <span
              className={
                !closure && awaited.some(({ dueOn }) => isOverdue(dueOn))
                  ? 'tag tag--caution'
                  : 'tag'
              }
            >
              {statusText(lesion, awaited)}
            </span>
          )}
          {may('lesions.update') && (
            <Button small variant="quiet" icon="edit" onClick={onEdit}>
              {t('Edit')}
            </Button>
          )}
          {commands.length > 0 && <Menu label={t('More')} items={commands} />}
          {may('images.import') && <FileButton onFiles={onFiles} />}
        </header>
        {lesion.note && <p className="lesion__note">{lesion.note}</p>}
        {merged.map((other) => (
          <p key={other.id} className="lesion__note">
            {other.note
              ? t('Lesion {label} ({site}) was merged into this one. Its note: {note}', {
                  label: other.label,
                  site: siteText(other),
                  note: other.note,
                })
              : t('Lesion {label} ({site}) was merged into this one.', {
                  label: other.label,
                  site: siteText(other),
                })}
          </p>
        ))}
        {images.length === 0 ? (
          <p className="lesion__none">
            {may('images.import') ? t('No image yet. Drop image files here.') : t('No image yet.')}
          </p>
        ) : (
          <ImageStrip lesion={lesion} images={images} count={imageCount} />
        )}
        <Findings lesion={lesion} findings={histology} />
        <MoveNotes patientId={lesion.patientId} movedIn={movedIn} movedOut={movedOut} />
      </section>
    </DropArea>
  );
}

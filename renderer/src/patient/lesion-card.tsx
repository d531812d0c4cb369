import type { Lesion } from '../../../src/clinic/entities/index.ts';
import type { ImageEntry } from '../../../src/station/contract/index.ts';
import { DropArea } from '../imports/drop-area.tsx';
import { FileButton } from '../imports/file-button.tsx';
import { Button } from '../ui/button.tsx';
import { siteText } from '../wording/anatomy.ts';
import { ImageStrip } from './image-strip.tsx';

interface LesionCardProps {
  number: number;
  lesion: Lesion;
  images: readonly ImageEntry[];
  isChosen: boolean;
  onFiles: (files: File[]) => void;
  onEdit: () => void;
}

/** A lesion with its images from the first to the newest. */
export function LesionCard(props: LesionCardProps) {
  const { number, lesion, images, isChosen, onFiles, onEdit } = props;
  const kept = images.filter(({ image }) => image.removedAt === null);
  return (
    <DropArea invitation={`Drop the images for ${lesion.label}`} onFiles={onFiles}>
      <section
        id={`lesion-${lesion.id}`}
        className={`panel lesion ${isChosen ? 'lesion--chosen' : ''}`}
        aria-label={`Lesion ${lesion.label}`}
        tabIndex={-1}
      >
        <header className="lesion__head">
          <span className="lesion__number" aria-hidden="true">
            {number}
          </span>
          <div className="lesion__titles">
            <h3>{lesion.label}</h3>
            <span className="faint">{siteText(lesion)}</span>
          </div>
          <Button small variant="quiet" icon="edit" onClick={onEdit}>
            Edit
          </Button>
          <FileButton onFiles={onFiles} />
        </header>
        {lesion.note && <p className="lesion__note">{lesion.note}</p>}
        {kept.length === 0 ? (
          <p className="lesion__none">No image yet. Drop image files here.</p>
        ) : (
          <ImageStrip lesion={lesion} images={kept} />
        )}
      </section>
    </DropArea>
  );
}

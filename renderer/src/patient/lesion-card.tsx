import type { Lesion } from '../../../src/clinic/entities.ts';
import type { ImageEntry } from '../../../src/station/contract.ts';
import { DropArea } from '../imports/drop-area.tsx';
import { FileButton } from '../imports/file-button.tsx';
import { href } from '../routing/routes.ts';
import { Button } from '../ui/button.tsx';
import { GravityMark } from '../ui/probability.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { siteText } from '../wording/anatomy.ts';
import { formatDate } from '../wording/dates.ts';
import { decisionNames, formatPercent, shortClassName } from '../wording/readings.ts';

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
  const inOrder = images
    .filter(({ image }) => image.removedAt === null)
    .toSorted((a, b) => (shownTime(a) < shownTime(b) ? -1 : 1));
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
        {inOrder.length === 0 ? (
          <p className="lesion__none">No image yet. Drop image files here.</p>
        ) : (
          <ul className="strip">
            {inOrder.map((entry) => (
              <StripItem key={entry.image.id} entry={entry} lesion={lesion} />
            ))}
          </ul>
        )}
      </section>
    </DropArea>
  );
}

/** When it was taken, where the camera says so, else when it was imported. */
const shownTime = ({ image }: ImageEntry): string => image.capturedAt ?? image.importedAt;

function StripItem({ entry, lesion }: { entry: ImageEntry; lesion: Lesion }) {
  const { image, reading, review } = entry;
  const top = reading?.probabilities[0];
  const date = image.capturedAt ? formatDate(image.capturedAt) : formatDate(image.importedAt);
  return (
    <li>
      <a className="strip__item" href={href({ screen: 'image', imageId: image.id })}>
        <Thumbnail
          imageId={image.id}
          sizePx={128}
          alt={`${lesion.label}, ${image.capturedAt ? 'taken' : 'imported'} ${date}`}
        />
        <span className="strip__date">{date}</span>
        <span className="strip__top">
          {top ? (
            <>
              <GravityMark code={top.code} />
              <span>
                {shortClassName(top.name)} {formatPercent(top.probability)}
              </span>
            </>
          ) : (
            'Not read'
          )}
        </span>
        <span className={review ? 'strip__state' : 'strip__state strip__state--open'}>
          {review ? decisionNames[review.decision] : 'To review'}
        </span>
      </a>
    </li>
  );
}

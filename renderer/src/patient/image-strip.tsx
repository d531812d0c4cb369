import { useLayoutEffect, useRef } from 'react';
import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { byText } from '../../../src/clinic/entities/order.ts';
import { t } from '../../../src/language/index.ts';
import type { ImageEntry } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { Impression } from '../ui/impression.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { VerdictChip } from '../ui/verdict.tsx';
import { countText } from '../wording/counts.ts';
import { formatDate } from '../wording/dates.ts';
import { verdictOf } from '../wording/verdict.ts';

/** A lesion over time, the oldest image first; the newest is in sight. */
export function ImageStrip(props: {
  lesion: Lesion;
  images: readonly ImageEntry[];
  /** How many there are in all. */
  count: number;
}) {
  const { lesion, images } = props;
  const earlier = props.count - images.length;
  const strip = useRef<HTMLUListElement>(null);
  const count = images.length;
  useLayoutEffect(() => {
    if (count > 0) strip.current?.scrollTo({ left: strip.current.scrollWidth });
  }, [count]);
  return (
    <ul className="strip" ref={strip}>
      {earlier > 0 && (
        <li>
          <a
            className="strip__item strip__earlier"
            href={href({ screen: 'lesion', lesionId: lesion.id })}
          >
            {countText(earlier, 'earlier image')}
          </a>
        </li>
      )}
      {inTime(images).map((entry) => (
        <StripItem key={entry.image.id} entry={entry} lesion={lesion} />
      ))}
    </ul>
  );
}

/** The oldest first. */
export const inTime = (images: readonly ImageEntry[]): ImageEntry[] =>
  images.toSorted(byText(shownTime));

/** When it was taken, where the camera says so, else when it was imported. */
const shownTime = ({ image }: ImageEntry): string => image.capturedAt ?? image.importedAt;

function StripItem({ entry, lesion }: { entry: ImageEntry; lesion: Lesion }) {
  const { image, reading, review } = entry;
  const date = image.capturedAt ? formatDate(image.capturedAt) : formatDate(image.importedAt);
  return (
    <li>
      <a className="strip__item" href={href({ screen: 'image', imageId: image.id })}>
        <Thumbnail
          imageId={image.id}
          sizePx={168}
          alt={
            image.capturedAt
              ? t('{label}, taken {date}', { label: lesion.label, date })
              : t('{label}, imported {date}', { label: lesion.label, date })
          }
        />
        <span className="strip__date">{date}</span>
        <VerdictChip verdict={verdictOf(reading)} />
        {review ? (
          <Impression review={review} probabilities={reading?.probabilities} />
        ) : (
          <span className="strip__open">{t('To review')}</span>
        )}
      </a>
    </li>
  );
}

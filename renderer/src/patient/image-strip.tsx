import { useLayoutEffect, useRef } from 'react';
import type { Lesion } from '../../../src/clinic/entities/index.ts';
import type { ImageEntry } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { GravityMark } from '../ui/probability.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { formatDate } from '../wording/dates.ts';
import { decisionNames, formatPercent, shortClassName } from '../wording/readings.ts';

/** A lesion over time, the oldest image first; the newest is in sight. */
export function ImageStrip(props: { lesion: Lesion; images: readonly ImageEntry[] }) {
  const { lesion, images } = props;
  const strip = useRef<HTMLUListElement>(null);
  const inOrder = images.toSorted((a, b) => (shownTime(a) < shownTime(b) ? -1 : 1));
  const count = images.length;
  useLayoutEffect(() => {
    if (count > 0) strip.current?.scrollTo({ left: strip.current.scrollWidth });
  }, [count]);
  return (
    <ul className="strip" ref={strip}>
      {inOrder.map((entry) => (
        <StripItem key={entry.image.id} entry={entry} lesion={lesion} />
      ))}
    </ul>
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
              <GravityMark gravity={top.gravity} />
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

import { useEffect, useRef } from 'react';
import type { Review } from '../../../src/clinic/entities/index.ts';
import { href } from '../routing/routes.ts';
import { formatDate } from '../wording/dates.ts';
import type { Verdict } from '../wording/verdict.ts';
import { Impression } from './impression.tsx';
import { Thumbnail } from './thumbnail.tsx';
import { VerdictMark } from './verdict.tsx';
import './filmstrip.css';

export interface FilmstripImage {
  readonly imageId: string;
  /** When it was taken, or else imported. */
  readonly at: string;
  readonly verdict: Verdict | null;
  /** The newest. */
  readonly review: Review | null;
}

interface FilmstripProps {
  label: string;
  /** Oldest first. */
  images: readonly FilmstripImage[];
  currentId?: string;
  sizePx?: number;
}

/** A lesion's images through time, each a link to its reading. */
export function Filmstrip({ label, images, currentId, sizePx = 96 }: FilmstripProps) {
  const current = useRef<HTMLAnchorElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another image is to be in sight
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [currentId, images.length]);
  return (
    <nav className="filmstrip" aria-label={label}>
      {images.map(({ imageId, at, verdict, review }) => {
        const isCurrent = imageId === currentId;
        return (
          <a
            key={imageId}
            ref={isCurrent ? current : undefined}
            className="filmstrip__item"
            href={href({ screen: 'image', imageId })}
            aria-current={isCurrent ? 'true' : undefined}
          >
            <Thumbnail imageId={imageId} sizePx={sizePx} canPeek={!isCurrent} />
            {formatDate(at)}
            <VerdictMark verdict={verdict} />
            {review && <Impression review={review} isShort />}
          </a>
        );
      })}
    </nav>
  );
}

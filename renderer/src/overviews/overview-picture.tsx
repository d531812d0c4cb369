import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, useRef } from 'react';
import type { Overview, OverviewPoint } from '../../../src/clinic/entities/index.ts';
import { useStation } from '../station/use-station.tsx';
import { toBlob, useBlobUrl } from '../ui/picture.ts';
import { useNear } from '../ui/use-near.ts';
import './overviews.css';

interface ThumbnailProps {
  overview: Overview;
  /** Where lesions are marked. */
  marks?: readonly OverviewPoint[];
  alt: string;
}

/** A small picture of a photograph, whole, with a dot for each mark; fetched once it comes near. */
export function OverviewThumbnail({ overview, marks = [], alt }: ThumbnailProps) {
  const frame = useRef<HTMLSpanElement>(null);
  const station = useStation();
  const { data } = useQuery({
    queryKey: ['overviews.thumbnail', overview.id],
    queryFn: async ({ signal }) =>
      toBlob(await station.call('overviews.thumbnail', { overviewId: overview.id }, { signal })),
    enabled: useNear(frame),
  });
  const url = useBlobUrl(data);
  const long = Math.max(overview.widthPx, overview.heightPx);
  /** In the square that the picture lies in the middle of. */
  const share = (at: number, px: number) => 50 + ((at - 0.5) * 100 * px) / long;
  return (
    <span ref={frame} className="overview-thumbnail">
      {url && <img src={url} alt={alt} draggable={false} />}
      {url &&
        marks.map(({ x, y }) => (
          <span
            key={`${x} ${y}`}
            className="overview-thumbnail__mark"
            style={{
              left: `${share(x, overview.widthPx)}%`,
              top: `${share(y, overview.heightPx)}%`,
            }}
          />
        ))}
    </span>
  );
}

/** As large as the long side of a photograph is drawn, of which a part is seen. */
const longSidePx = 640;
const cropPx = 132;

/** What lies about a mark. */
export function OverviewCrop({
  overview,
  at,
  alt,
}: {
  overview: Overview;
  at: OverviewPoint;
  alt: string;
}) {
  const frame = useRef<HTMLSpanElement>(null);
  const station = useStation();
  const input = { overviewId: overview.id, maxSidePx: 1.5 * longSidePx };
  const { data } = useQuery({
    queryKey: ['overviews.rendition', input.overviewId, input.maxSidePx],
    queryFn: async ({ signal }) =>
      toBlob(await station.call('overviews.rendition', input, { signal })),
    enabled: useNear(frame),
  });
  const url = useBlobUrl(data);
  const scale = longSidePx / Math.max(overview.widthPx, overview.heightPx);
  const [width, height] = [overview.widthPx * scale, overview.heightPx * scale];
  const [left, top] = [cropFrom(at.x, width), cropFrom(at.y, height)];
  return (
    <span
      ref={frame}
      className="overview-crop"
      style={{ '--crop-size': `${cropPx}px` } as CSSProperties}
    >
      {url && (
        <>
          <img src={url} alt={alt} draggable={false} style={{ width, height, left, top }} />
          <span
            className="overview-crop__mark"
            style={{ left: left + at.x * width, top: top + at.y * height }}
          />
        </>
      )}
    </span>
  );
}

/** Where a picture begins whose part about a place is seen: it fills the frame where it is larger. */
export function cropFrom(at: number, lengthPx: number): number {
  if (lengthPx <= cropPx) return (cropPx - lengthPx) / 2;
  return Math.min(0, Math.max(cropPx - lengthPx, cropPx / 2 - at * lengthPx));
}

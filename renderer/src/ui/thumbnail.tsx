import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, useRef } from 'react';
import { useStation } from '../station/use-station.tsx';
import { usePeek } from './peek.tsx';
import { toBlob, useBlobUrl } from './picture.ts';
import { useNear } from './use-near.ts';
import './thumbnail.css';

interface ThumbnailProps {
  imageId: string;
  /** Its width; it is three quarters as high. */
  sizePx: number;
  alt?: string;
  /** Whether the mouse resting on it shows the picture larger. */
  canPeek?: boolean;
}

/** A small picture of an image, whole, fetched once it comes near the window's visible part. */
export function Thumbnail({ imageId, sizePx, alt = '', canPeek = true }: ThumbnailProps) {
  const frame = useRef<HTMLSpanElement>(null);
  const isNear = useNear(frame);
  const station = useStation();
  const { data } = useQuery({
    queryKey: ['images.thumbnail', imageId],
    queryFn: async ({ signal }) =>
      toBlob(await station.call('images.thumbnail', { imageId }, { signal })),
    enabled: isNear,
  });
  const url = useBlobUrl(data);
  const { handlers, peek } = usePeek(imageId, canPeek);
  return (
    <span
      ref={frame}
      className="thumbnail"
      style={{ '--thumbnail-width': `${sizePx}px` } as CSSProperties}
      {...handlers}
    >
      {url && <img src={url} alt={alt} draggable={false} />}
      {peek}
    </span>
  );
}

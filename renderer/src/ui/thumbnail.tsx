import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, useEffect, useRef, useState } from 'react';
import { useStation } from '../station/use-station.tsx';
import './surfaces.css';

/** A picture's bytes as an address for `<img>`, valid while the component is shown. */
export function useBlobUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return setUrl(undefined);
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

export function toBlob(picture: { bytes: Uint8Array; mediaType: string }): Blob {
  return new Blob([picture.bytes as Uint8Array<ArrayBuffer>], { type: picture.mediaType });
}

/** A small square picture of an image, fetched once it comes near the window's visible part. */
export function Thumbnail(props: { imageId: string; sizePx: number; alt?: string }) {
  const { imageId, sizePx, alt = '' } = props;
  const frame = useRef<HTMLSpanElement>(null);
  const [isNear, setNear] = useState(false);
  const station = useStation();
  const { data } = useQuery({
    queryKey: ['images.thumbnail', imageId],
    queryFn: async ({ signal }) =>
      toBlob(await station.call('images.thumbnail', { imageId }, { signal })),
    enabled: isNear,
  });
  const url = useBlobUrl(data);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        setNear(true);
        observer.disconnect();
      },
      { rootMargin: '300px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <span
      ref={frame}
      className="thumbnail"
      style={{ '--thumbnail-size': `${sizePx}px` } as CSSProperties}
    >
      {url && <img src={url} alt={alt} draggable={false} />}
    </span>
  );
}

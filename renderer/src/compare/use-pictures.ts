import { useEffect, useRef, useState } from 'react';
import type { LesionImage } from '../../../src/clinic/entities/index.ts';
import type { StationConnection } from '../station/connection.ts';
import { useStation } from '../station/use-station.tsx';
import { toBlob } from '../ui/picture.ts';
import { decodePicture, type Picture, release } from './picture.ts';

/** First the small picture, which is there at once; then enough for a screen; then all. */
const sidesPx = [null, 1600, 4096] as const;
/** Up to this zoom a screen's worth of pixels is enough. */
const screenZoom = 1.6;

interface Loaded {
  readonly picture?: Picture;
  /** How many of the steps are done, or under way. */
  readonly begun: number;
  readonly error?: unknown;
}

/**
 * The pictures of images, decoded and kept by the screen as long as it shows them; sharper ones take
 * the place of the first as they come.
 */
export function usePictures(images: readonly LesionImage[], zoom: number) {
  const station = useStation();
  const [loaded, setLoaded] = useState<ReadonlyMap<string, Loaded>>(new Map());
  const latest = useRef(loaded);
  latest.current = loaded;
  const abort = useRef(new AbortController());
  useEffect(() => {
    abort.current = new AbortController();
    return () => {
      abort.current.abort();
      for (const { picture } of latest.current.values()) release(picture);
      // What is shown again afterwards, as in development, begins anew.
      setLoaded(new Map());
    };
  }, []);

  const put = (imageId: string, change: (before: Loaded) => Loaded) =>
    setLoaded((before) => {
      const next = new Map(before).set(imageId, change(before.get(imageId) ?? { begun: 0 }));
      latest.current = next;
      return next;
    });

  const wanted = zoom > screenZoom ? 3 : 2;
  useEffect(() => {
    const { signal } = abort.current;
    const load = async (image: LesionImage, step: number) => {
      put(image.id, (before) => ({ ...before, begun: step + 1 }));
      try {
        const blob = await fetchPicture(station, image.id, sidesPx[step] ?? null, signal);
        const picture = await decodePicture(blob, image);
        if (signal.aborted) return release(picture);
        put(image.id, (before) => {
          release(before.picture);
          return { begun: before.begun, picture };
        });
      } catch (error) {
        if (!signal.aborted) put(image.id, (before) => ({ ...before, error }));
      }
    };
    for (const image of images) {
      const { begun, picture, error } = loaded.get(image.id) ?? { begun: 0 };
      const isIdle = begun === 0 || picture !== undefined;
      if (begun < Math.min(wanted, stepsOf(image)) && isIdle && error === undefined)
        void load(image, begun);
    }
  });
  return (imageId: string): Loaded => loaded.get(imageId) ?? { begun: 0 };
}

/** A picture that is small itself has no sharper one. */
const stepsOf = ({ widthPx, heightPx }: LesionImage): number =>
  Math.max(widthPx, heightPx) > 1600 ? 3 : 2;

async function fetchPicture(
  station: StationConnection,
  imageId: string,
  maxSidePx: number | null,
  signal: AbortSignal,
): Promise<Blob> {
  return toBlob(
    maxSidePx === null
      ? await station.call('images.thumbnail', { imageId }, { signal })
      : await station.call('images.rendition', { imageId, maxSidePx }, { signal }),
  );
}

import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useStation } from '../station/use-station.tsx';
import { toBlob, useBlobUrl } from './picture.ts';

/** Resting over a thumbnail this long shows the picture. */
const restMs = 350;
const widthPx = 480;
const heightPx = 360;
const gapPx = 12;

interface Place {
  readonly left: number;
  readonly top: number;
}

/** Beside the thumbnail, on the side that has room, within the window. */
function placeBeside(box: DOMRect): Place {
  const right = box.right + gapPx;
  const left = right + widthPx <= innerWidth ? right : box.left - gapPx - widthPx;
  const middle = box.top + box.height / 2 - heightPx / 2;
  const within = (at: number, size: number, room: number) =>
    Math.max(gapPx, Math.min(at, room - size - gapPx));
  return {
    left: within(left, widthPx, innerWidth),
    top: within(middle, heightPx, innerHeight),
  };
}

/** A closer look at an image while the mouse rests on its thumbnail; Escape ends it. */
export function usePeek(imageId: string, isWanted: boolean) {
  const [place, setPlace] = useState<Place>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const end = () => {
    clearTimeout(timer.current);
    setPlace(undefined);
  };
  const showLater = (element: Element) => {
    const box = element.getBoundingClientRect();
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setPlace(placeBeside(box)), restMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    handlers: isWanted
      ? {
          onPointerEnter: (event: React.PointerEvent<Element>) => {
            if (event.pointerType !== 'mouse') return;
            showLater(event.currentTarget);
          },
          onPointerLeave: end,
          onPointerDown: end,
          /** For what the keys come to; a picture in a list is pointed at alone. */
          onFocus: (event: React.FocusEvent<Element>) => {
            if (!event.currentTarget.matches(':focus-visible')) return;
            showLater(event.currentTarget);
          },
          onBlur: end,
        }
      : {},
    peek: place && <Peek imageId={imageId} place={place} onEnd={end} />,
  };
}

function Peek({ imageId, place, onEnd }: { imageId: string; place: Place; onEnd: () => void }) {
  const station = useStation();
  const { data } = useQuery({
    queryKey: ['images.rendition', imageId, 2 * widthPx],
    queryFn: async ({ signal }) =>
      toBlob(
        await station.call('images.rendition', { imageId, maxSidePx: 2 * widthPx }, { signal }),
      ),
  });
  const url = useBlobUrl(data);
  const latestEnd = useRef(onEnd);
  latestEnd.current = onEnd;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') event.stopPropagation();
      latestEnd.current();
    };
    const onScroll = () => latestEnd.current();
    document.addEventListener('keydown', onKeyDown, { capture: true });
    document.addEventListener('scroll', onScroll, { capture: true, passive: true });
    return () => {
      document.removeEventListener('keydown', onKeyDown, { capture: true });
      document.removeEventListener('scroll', onScroll, { capture: true });
    };
  }, []);
  if (!url) return null;
  return createPortal(
    <div
      className="peek"
      aria-hidden="true"
      style={{ left: place.left, top: place.top, width: widthPx, height: heightPx }}
    >
      <img src={url} alt="" />
    </div>,
    document.body,
  );
}

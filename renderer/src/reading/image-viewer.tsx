import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ImageScale, LesionImage } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { ScaleBar } from '../measuring/scale-bar.tsx';
import { useShortcuts } from '../routing/shortcuts.ts';
import { useStation } from '../station/use-station.tsx';
import { IconButton } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { toBlob, useBlobUrl } from '../ui/picture.ts';
import { enterFullScreen, leaveFullScreen, useFullScreen } from './full-screen.ts';
import { useZoom } from './use-zoom.ts';
import './image-viewer.css';

const zoomStep = 1.3;
/** What is fetched first, and what once it is looked at closely. */
const firstSidePx = 1600;
const closeSidePx = 4096;

/** The image as large as there is room, to zoom and move about in. */
interface ImageViewerProps {
  image: Pick<LesionImage, 'id' | 'widthPx' | 'heightPx'>;
  /** What it is a picture of: a lesion's image, or an overview photograph. */
  kind?: PictureKind;
  alt: string;
  /** Lies over the picture, as large as it. */
  overlay?: ReactNode;
  scale?: ImageScale | null;
}

type PictureKind = 'image' | 'overview';

export function ImageViewer(props: ImageViewerProps) {
  const { image, kind = 'image', alt, overlay, scale: skin } = props;
  const zoom = useZoom({ width: image.widthPx, height: image.heightPx });
  const { scale, x, y } = zoom.placement;
  const isFull = useFullScreen();
  const toggleFull = isFull ? leaveFullScreen : enterFullScreen;
  const longSide = Math.max(image.widthPx, image.heightPx);
  const isClose = longSide > firstSidePx && scale * longSide > firstSidePx * 1.15;
  const first = useRendition(kind, image.id, firstSidePx, true);
  const close = useRendition(kind, image.id, closeSidePx, isClose);
  const firstUrl = useBlobUrl(first.data);
  const closeUrl = useBlobUrl(close.data);
  useShortcuts({
    '+': () => zoom.zoomBy(zoomStep),
    '=': () => zoom.zoomBy(zoomStep),
    '-': () => zoom.zoomBy(1 / zoomStep),
    '0': zoom.showFit,
    z: zoom.showRealPixels,
    f: toggleFull,
    ...(isFull && { escape: leaveFullScreen }),
  });
  const url = (isClose && closeUrl) || firstUrl;
  return (
    <div className="viewer">
      {/* biome-ignore lint/a11y/useSemanticElements: it holds a picture, not form fields */}
      <div
        ref={zoom.frame}
        className="viewer__frame"
        role="group"
        aria-label={t('Image. Arrow keys move it, plus and minus zoom.')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the image
        tabIndex={0}
        {...zoom.handlers}
      >
        {url && (
          <img
            src={url}
            alt={alt}
            draggable={false}
            style={{
              width: image.widthPx * scale,
              height: image.heightPx * scale,
              transform: `translate(-50%, -50%) translate(${x}px, ${y}px)`,
            }}
          />
        )}
        {url && overlay && (
          <div
            className="viewer__overlay"
            style={{
              width: image.widthPx * scale,
              height: image.heightPx * scale,
              transform: `translate(-50%, -50%) translate(${x}px, ${y}px)`,
            }}
          >
            {overlay}
          </div>
        )}
        {first.isPending && (
          <span className="viewer__loading" role="status">
            <span className="spinner" /> {t('Loading the image…')}
          </span>
        )}
      </div>
      {url && skin && (
        <div className="viewer__scale">
          <ScaleBar
            scale={skin}
            viewWidthPx={Math.min(image.widthPx, zoom.size.width / scale)}
            widthOf={(px) => `${px * scale}px`}
          />
        </div>
      )}
      {first.error && (
        <div className="viewer__error">
          <ErrorNotice error={first.error} onRetry={() => void first.refetch()} />
        </div>
      )}
      <div className="viewer__tools" role="toolbar" aria-label={t('Zoom')}>
        <IconButton icon="minus" label={t('Zoom out')} onClick={() => zoom.zoomBy(1 / zoomStep)} />
        <button
          type="button"
          className="button button--quiet"
          title={t('Real pixels (Z)')}
          aria-label={t('Zoom is {percent} percent. Show real pixels', {
            percent: Math.round(scale * 100),
          })}
          onClick={zoom.showRealPixels}
        >
          {Math.round(scale * 100)} %
        </button>
        <IconButton icon="plus" label={t('Zoom in')} onClick={() => zoom.zoomBy(zoomStep)} />
        <IconButton icon="fit" label={t('Fit the whole image (0)')} onClick={zoom.showFit} />
        <IconButton
          icon={isFull ? 'shrink' : 'expand'}
          label={isFull ? t('Leave full screen (F)') : t('Full screen (F)')}
          onClick={toggleFull}
        />
      </div>
    </div>
  );
}

function useRendition(kind: PictureKind, id: string, maxSidePx: number, enabled: boolean) {
  const station = useStation();
  return useQuery({
    queryKey: [kind === 'image' ? 'images.rendition' : 'overviews.rendition', id, maxSidePx],
    queryFn: async ({ signal }) =>
      toBlob(
        kind === 'image'
          ? await station.call('images.rendition', { imageId: id, maxSidePx }, { signal })
          : await station.call('overviews.rendition', { overviewId: id, maxSidePx }, { signal }),
      ),
    enabled,
  });
}

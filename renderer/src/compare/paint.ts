import { levelFor, type Picture } from './picture.ts';
import { type Alignment, type Registered, type Size, transformOf, type View } from './view.ts';

export interface Layer {
  readonly picture: Picture | undefined;
  readonly alignment: Alignment;
  readonly registered?: Registered | undefined;
}

/** What stands in one pane. */
export type Composition =
  | { readonly kind: 'one'; readonly layer: Layer }
  /** The second over the first: with this opacity, right of this share of the width, or their difference. */
  | { readonly kind: 'fade'; readonly layers: readonly [Layer, Layer]; readonly opacity: number }
  | { readonly kind: 'swipe'; readonly layers: readonly [Layer, Layer]; readonly at: number }
  | { readonly kind: 'difference'; readonly layers: readonly [Layer, Layer] };

/** Fine at rest; a draft while the view moves, which a frame has time for without a GPU. */
export type Quality = 'fine' | 'draft';
/** Of the screen's pixels, those that a draft is drawn from at least. */
const draftShare = 0.6;

/** Differences are small: they are shown four times as bright. */
const brightenings = 2;

/** Paints a pane anew. Costs by the pane's pixels, not the pictures'. */
export function paint(
  context: CanvasRenderingContext2D,
  composition: Composition,
  view: View,
  quality: Quality = 'fine',
): void {
  const draw = (layer: Layer) => drawLayer(context, layer, view, quality);
  const pane = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = 'source-over';
  context.globalAlpha = 1;
  context.clearRect(0, 0, pane.width, pane.height);
  switch (composition.kind) {
    case 'one':
      draw(composition.layer);
      return;
    case 'fade': {
      const [below, above] = composition.layers;
      draw(below);
      context.globalAlpha = composition.opacity;
      draw(above);
      return;
    }
    case 'swipe': {
      const [left, right] = composition.layers;
      const x = Math.round(composition.at * pane.width);
      clipped(context, { x: 0, width: x }, () => draw(left));
      clipped(context, { x, width: pane.width - x }, () => draw(right));
      return;
    }
    case 'difference': {
      const [below, above] = composition.layers;
      draw(below);
      if (!below.picture || !above.picture) return;
      context.globalCompositeOperation = 'difference';
      draw(above);
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalCompositeOperation = 'lighter';
      for (let turn = 0; turn < brightenings; turn++) context.drawImage(pane, 0, 0);
      return;
    }
  }
}

function drawLayer(
  context: CanvasRenderingContext2D,
  { picture, alignment, registered }: Layer,
  view: View,
  quality: Quality,
): void {
  if (!picture) return;
  const pane: Size = context.canvas;
  const size = { width: picture.widthPx, height: picture.heightPx };
  const transform = transformOf(size, pane, view, alignment, registered);
  const drawnPx = size.width * Math.hypot(transform[0], transform[1]);
  const level = levelFor(picture, quality === 'fine' ? drawnPx : drawnPx * draftShare);
  if (!level) return;
  context.setTransform(...transform);
  context.imageSmoothingEnabled = quality === 'fine' && view.zoom < 8;
  context.drawImage(level, 0, 0, size.width, size.height);
}

function clipped(
  context: CanvasRenderingContext2D,
  { x, width }: { x: number; width: number },
  work: () => void,
): void {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.beginPath();
  context.rect(x, 0, width, context.canvas.height);
  context.clip();
  work();
  context.restore();
}

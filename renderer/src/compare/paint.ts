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

/** Differences are small: they are shown four times as bright. */
const brightenings = 2;

/** Paints a pane anew. Costs by the pane's pixels, not the pictures'. */
export function paint(
  context: CanvasRenderingContext2D,
  composition: Composition,
  view: View,
): void {
  const pane = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = 'source-over';
  context.globalAlpha = 1;
  context.clearRect(0, 0, pane.width, pane.height);
  switch (composition.kind) {
    case 'one':
      draw(context, composition.layer, view);
      return;
    case 'fade': {
      const [below, above] = composition.layers;
      draw(context, below, view);
      context.globalAlpha = composition.opacity;
      draw(context, above, view);
      return;
    }
    case 'swipe': {
      const [left, right] = composition.layers;
      const x = Math.round(composition.at * pane.width);
      clipped(context, { x: 0, width: x }, () => draw(context, left, view));
      clipped(context, { x, width: pane.width - x }, () => draw(context, right, view));
      return;
    }
    case 'difference': {
      const [below, above] = composition.layers;
      draw(context, below, view);
      if (!below.picture || !above.picture) return;
      context.globalCompositeOperation = 'difference';
      draw(context, above, view);
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalCompositeOperation = 'lighter';
      for (let turn = 0; turn < brightenings; turn++) context.drawImage(pane, 0, 0);
      return;
    }
  }
}

function draw(
  context: CanvasRenderingContext2D,
  { picture, alignment, registered }: Layer,
  view: View,
): void {
  if (!picture) return;
  const pane: Size = context.canvas;
  const size = { width: picture.widthPx, height: picture.heightPx };
  const transform = transformOf(size, pane, view, alignment, registered);
  const level = levelFor(picture, size.width * Math.hypot(transform[0], transform[1]));
  if (!level) return;
  context.setTransform(...transform);
  context.imageSmoothingEnabled = view.zoom < 8;
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

import { ColourTally, colourDifference, type Lab, labOf } from './colour.ts';
import { MeasuringError } from './errors.ts';
import { type Mask, maskOf } from './mask.ts';
import {
  areaOf,
  centroidOf,
  type Point,
  type Polygon,
  principalDirection,
  resampled,
} from './polygon.ts';

/** An upright 8-bit sRGB picture: height × width × 3, row by row. */
interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixels: Uint8Array;
}

/** A lesion's colours, and how it differs from its own mirror image. No number here is a diagnosis. */
export interface Appearance {
  readonly colour: {
    readonly lesion: Lab;
    /** The lesion's inner spread: root mean square of ΔE from its mean. */
    readonly variegation: number;
    /** The skin around, within a third of the lesion's radius; `null` where nothing of it is seen. */
    readonly skin: Lab | null;
    /** Lesion less skin, which other light changes less than either; `null` without skin. */
    readonly contrast: Lab | null;
  };
  /** About the axis along which the lesion is longest, and across it. */
  readonly asymmetry: readonly [along: MirrorDifference, across: MirrorDifference];
  /** 4π·area / perimeter², 1 for a disc, of the outline at a hundredth of its perimeter. */
  readonly compactness: number;
}

export interface MirrorDifference {
  /** Share of the lesion that its mirror image does not cover, 0…1. */
  readonly shape: number;
  /** Mean ΔE between points and their mirror images, where both lie in the lesion. */
  readonly colour: number;
}

/** The lesion is looked at in about so many rows, so that the time does not grow with the picture. */
const sampledRows = 160;

/**
 * @throws MeasuringError 'outline-invalid' where the outline holds no pixel of the picture.
 */
export function appearanceOf(picture: Picture, outline: Polygon): Appearance {
  const skin = ringAround(outline, 4 / 3);
  const window = windowOf([...outline, ...skin], picture);
  const step = Math.max(1, Math.ceil(Math.max(window.width, window.height) / sampledRows));
  const sampled = sample(picture, window, step);
  const inside = maskOf(toSampled(outline, window, step), sampled.width, sampled.height);
  const around = maskOf(toSampled(skin, window, step), sampled.width, sampled.height);
  const gap = maskOf(
    toSampled(ringAround(outline, 1.1), window, step),
    sampled.width,
    sampled.height,
  );
  const [lesion, beyond] = [new ColourTally(), new ColourTally()];
  for (const [index, colour] of sampled.colours.entries()) {
    if (inside.pixels[index]) lesion.add(colour);
    else if (around.pixels[index] && !gap.pixels[index]) beyond.add(colour);
  }
  const mean = lesion.mean;
  if (!mean)
    throw new MeasuringError('outline-invalid', 'The outline holds no pixel of the picture.');
  const rest = beyond.mean;
  const contrast: Lab | null = rest && [mean[0] - rest[0], mean[1] - rest[1], mean[2] - rest[2]];
  const own = toSampled(outline, window, step);
  const direction = principalDirection(own);
  const mirrored = (angle: number) => mirrorDifference(own, inside, sampled.colours, angle);
  return {
    colour: { lesion: mean, variegation: lesion.spread, skin: rest, contrast },
    asymmetry: [mirrored(direction), mirrored(direction + Math.PI / 2)],
    compactness: compactnessOf(outline),
  };
}

/** About the line through the centre of mass in this direction. */
function mirrorDifference(
  outline: Polygon,
  inside: Mask,
  colours: readonly Lab[],
  angle: number,
): MirrorDifference {
  const centre = centroidOf(outline);
  const [cos, sin] = [Math.cos(2 * angle), Math.sin(2 * angle)];
  let [size, covered, difference] = [0, 0, 0];
  for (const [index, isInside] of inside.pixels.entries()) {
    if (!isInside) continue;
    size++;
    const x = (index % inside.widthPx) + 0.5 - centre.x;
    const y = Math.floor(index / inside.widthPx) + 0.5 - centre.y;
    const column = Math.floor(centre.x + cos * x + sin * y);
    const row = Math.floor(centre.y + sin * x - cos * y);
    if (column < 0 || row < 0 || column >= inside.widthPx || row >= inside.heightPx) continue;
    const there = row * inside.widthPx + column;
    if (!inside.pixels[there]) continue;
    covered++;
    const [mine, theirs] = [colours[index], colours[there]];
    if (mine && theirs) difference += colourDifference(mine, theirs);
  }
  return { shape: 1 - covered / Math.max(size, 1), colour: difference / Math.max(covered, 1) };
}

/** A perimeter grows with the fineness of its drawing, so it is taken of a hundred equal steps. */
function compactnessOf(outline: Polygon): number {
  const coarse = resampled(outline, 100);
  const length = coarse.reduce((sum, point, index) => {
    const before = coarse.at(index - 1) ?? point;
    return sum + Math.hypot(point.x - before.x, point.y - before.y);
  }, 0);
  return Math.min(1, (4 * Math.PI * areaOf(coarse)) / length ** 2);
}

function ringAround(outline: Polygon, factor: number): Point[] {
  const centre = centroidOf(outline);
  return outline.map(({ x, y }) => ({
    x: centre.x + factor * (x - centre.x),
    y: centre.y + factor * (y - centre.y),
  }));
}

interface Window {
  readonly x0: number;
  readonly y0: number;
  readonly width: number;
  readonly height: number;
}

/** The whole pixels of the picture that the points span. */
function windowOf(points: readonly Point[], { widthPx, heightPx }: Picture): Window {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const x0 = Math.max(0, Math.floor(Math.min(...xs)));
  const y0 = Math.max(0, Math.floor(Math.min(...ys)));
  return {
    x0,
    y0,
    width: Math.max(0, Math.min(widthPx, Math.ceil(Math.max(...xs))) - x0),
    height: Math.max(0, Math.min(heightPx, Math.ceil(Math.max(...ys))) - y0),
  };
}

function toSampled(polygon: Polygon, { x0, y0 }: Window, step: number): Point[] {
  return polygon.map(({ x, y }) => ({ x: (x - x0) / step, y: (y - y0) / step }));
}

/** Means of step × step pixels. */
function sample({ widthPx, pixels }: Picture, window: Window, step: number) {
  const [width, height] = [Math.floor(window.width / step), Math.floor(window.height / step)];
  const colours = Array.from({ length: width * height }, (_, index) => {
    const [left, top] = [
      window.x0 + (index % width) * step,
      window.y0 + Math.floor(index / width) * step,
    ];
    const sums: [number, number, number] = [0, 0, 0];
    for (let y = top; y < top + step; y++) {
      for (let at = 3 * (y * widthPx + left), end = at + 3 * step; at < end; at += 3) {
        sums[0] += pixels[at] ?? 0;
        sums[1] += pixels[at + 1] ?? 0;
        sums[2] += pixels[at + 2] ?? 0;
      }
    }
    const mean = (sum: number) => Math.round(sum / step ** 2);
    return labOf(mean(sums[0]), mean(sums[1]), mean(sums[2]));
  });
  return { width, height, colours };
}

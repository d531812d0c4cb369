import { drawHairs } from '../../imaging/phantom/artefacts.ts';
import { Random } from '../../imaging/phantom/noise.ts';
import type { RgbImage } from '../../imaging/rgb-image.ts';
import { apply, invert, type Point, similarity } from '../../registration/affine.ts';

/** Two pictures made of one, as if taken at two visits, and where each point of the second was in the first. */
export interface Pair {
  readonly reference: RgbImage;
  readonly other: RgbImage;
  /** From the other picture to the reference, both in shares of the longer side from the middle. */
  readonly toReference: (point: Point) => Point;
}

/** Share of the source's sides that a picture of a pair shows. */
const shown = 0.62;
const maxTurn = Math.PI / 6;
const maxScale = 0.15;
/** Of the longer side: how far the middle is moved, and how far the skin is drawn at most. */
const [maxShift, maxWarp] = [0.08, 0.012];

export function makePair(source: RgbImage, seed: number): Pair {
  const random = new Random(seed);
  const width = Math.round(shown * source.widthPx);
  const height = Math.round(shown * source.heightPx);
  const long = Math.max(width, height);
  const signed = (most: number) => random.between(-most, most);
  const begin = { x: signed(0.04), y: signed(0.04) };
  const scale = Math.exp(signed(Math.log(1 + maxScale)));
  const forth = similarity(scale, signed(maxTurn), signed(maxShift), signed(maxShift));
  const back = invert(forth);
  const warp = smoothWarp(random);
  const toReference = (point: Point) => {
    const straight = apply(back, point);
    const step = warp(straight);
    return { x: straight.x + step.x, y: straight.y + step.y };
  };
  const inSource = ({ x, y }: Point): Point => ({
    x: (x + begin.x) * long + source.widthPx / 2,
    y: (y + begin.y) * long + source.heightPx / 2,
  });
  const look = (where: (point: Point) => Point) =>
    photographed(source, width, height, (point) => inSource(where(point)), random);
  return {
    reference: look((point) => point),
    other: look(toReference),
    toReference,
  };
}

export function mirrorImage({ widthPx, heightPx, pixels }: RgbImage): RgbImage {
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const from = 3 * (y * widthPx + widthPx - 1 - x);
      out.set(pixels.subarray(from, from + 3), 3 * (y * widthPx + x));
    }
  return { widthPx, heightPx, pixels: out };
}

/** Blurred by this share of the longer side (standard deviation). */
export function blurred(image: RgbImage, share: number): RgbImage {
  const { widthPx, heightPx, pixels } = image;
  const sigma = share * Math.max(widthPx, heightPx);
  const planes = [0, 1, 2].map((channel) =>
    Float32Array.from({ length: widthPx * heightPx }, (_, at) => pixels[3 * at + channel] ?? 0),
  );
  const out = new Uint8Array(pixels.length);
  for (const [channel, plane] of planes.entries()) {
    const smooth = gaussian(plane, widthPx, heightPx, sigma);
    for (let at = 0; at < smooth.length; at++) out[3 * at + channel] = Math.round(smooth[at] ?? 0);
  }
  return { widthPx, heightPx, pixels: out };
}

/** Two slow waves a direction: skin that is drawn a little differently. */
function smoothWarp(random: Random): (point: Point) => Point {
  const waves = [0, 1, 2, 3].map(() => ({
    x: random.between(-6, 6),
    y: random.between(-6, 6),
    phase: random.between(0, 2 * Math.PI),
    most: random.between(0, maxWarp / 2),
  }));
  const sum = (from: number, { x, y }: Point) =>
    waves
      .slice(from, from + 2)
      .reduce(
        (total, wave) => total + wave.most * Math.sin(wave.x * x + wave.y * y + wave.phase),
        0,
      );
  return (point) => ({ x: sum(0, point), y: sum(2, point) });
}

/** Other light, other hairs, other sharpness, other grain, each time. */
function photographed(
  source: RgbImage,
  widthPx: number,
  heightPx: number,
  inSource: (point: Point) => Point,
  random: Random,
): RgbImage {
  const long = Math.max(widthPx, heightPx);
  const gain = [0, 1, 2].map(() => random.between(0.93, 1.07));
  const exposure = random.between(0.8, 1.2);
  const gamma = random.between(0.85, 1.2);
  const [slopeX, slopeY] = [random.between(-0.2, 0.2), random.between(-0.2, 0.2)];
  const vignette = random.between(0, 0.5);
  const hairs = drawHairs(random, widthPx, heightPx).coverage;
  const sigma = random.between(0, 0.004) * long;
  const grain = random.between(1, 5);
  const planes = gain.map(() => new Float32Array(widthPx * heightPx));
  for (let row = 0, at = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++, at++) {
      const point = {
        x: (column + 0.5 - widthPx / 2) / long,
        y: (row + 0.5 - heightPx / 2) / long,
      };
      const { x, y } = inSource(point);
      const hair = hairs[at] ?? 0;
      for (const [channel, plane] of planes.entries())
        plane[at] = sampleAt(source, x - 0.5, y - 0.5, channel) * (1 - hair) + 35 * hair;
    }
  }
  const pixels = new Uint8Array(3 * widthPx * heightPx);
  for (const [channel, plane] of planes.entries()) {
    const smooth = gaussian(plane, widthPx, heightPx, sigma);
    for (let at = 0; at < smooth.length; at++) {
      const x = ((at % widthPx) + 0.5 - widthPx / 2) / long;
      const y = (Math.floor(at / widthPx) + 0.5 - heightPx / 2) / long;
      const light =
        exposure *
        (gain[channel] ?? 1) *
        (1 + slopeX * x + slopeY * y - vignette * (x * x + y * y));
      const value = 255 * ((smooth[at] ?? 0) / 255) ** gamma * light;
      const noise = grain * (random.next() + random.next() + random.next() - 1.5);
      pixels[3 * at + channel] = Math.min(255, Math.max(0, Math.round(value + noise)));
    }
  }
  return { widthPx, heightPx, pixels };
}

/** Linear between pixels; beyond the rim the picture is mirrored. */
function sampleAt({ widthPx, heightPx, pixels }: RgbImage, x: number, y: number, channel: number) {
  const fold = (place: number, count: number) => {
    const period = 2 * count;
    const inside = ((place % period) + period) % period;
    return inside < count ? inside : period - 1 - inside;
  };
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const at = (column: number, row: number) =>
    pixels[3 * (fold(row, heightPx) * widthPx + fold(column, widthPx)) + channel] ?? 0;
  const top = at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx;
  return top * (1 - fy) + (at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx) * fy;
}

function gaussian(plane: Float32Array, width: number, height: number, sigma: number): Float32Array {
  if (sigma < 0.3) return plane;
  const reach = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const total = kernel.reduce((sum, value) => sum + value, 0);
  const pass = (from: Float32Array, count: number, stride: number, lines: number, step: number) => {
    const out = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) {
      for (let place = 0; place < count; place++) {
        let sum = 0;
        for (let k = -reach; k <= reach; k++) {
          const inside = Math.min(Math.max(place + k, 0), count - 1);
          sum += (kernel[k + reach] ?? 0) * (from[line * step + inside * stride] ?? 0);
        }
        out[line * step + place * stride] = sum / total;
      }
    }
    return out;
  };
  return pass(pass(plane, width, 1, height, width), height, width, width, 1);
}

import { type Noise, ramp } from './noise.ts';

/** Dermoscopic structures, each as a strength of 0 to 1 at the point (u, v). */

/** Pigment network: a honeycomb of lines. `size` is its mesh in units of the shorter side. */
export function network(noise: Noise, u: number, v: number, size: number, unevenness: number) {
  const bendU = 0.3 * noise.smooth(u * 9 + 3, v * 9);
  const bendV = 0.3 * noise.smooth(u * 9, v * 9 + 60);
  const { gap } = noise.cells(u / size + bendU, v / size + bendV);
  const width = 0.5 * (1 + unevenness * noise.smooth(u * 13 - 70, v * 13));
  return ramp(Math.max(0.12, width), -0.08, gap);
}

/** Roundish spots of about `size`, weak and strong; `share` of the places that could hold one do. */
export function spots(noise: Noise, u: number, v: number, size: number, share: number) {
  const x = u / size;
  const y = v / size;
  const bend = 0.16 * noise.smooth(x * 1.7 + 31, y * 1.7);
  const { nearest, tag } = noise.cells(x + bend, y - bend);
  if (tag > share) return 0;
  const likeness = tag / share;
  const radius = 0.14 + 0.2 * likeness * likeness;
  return (0.55 + 0.45 * likeness) * ramp(radius * 1.25, radius * 0.5, nearest);
}

/** Rounded chambers with walls between them, as in a haemangioma. */
export function chambers(noise: Noise, u: number, v: number, size: number) {
  const bendU = 0.3 * noise.fractal(u * 14, v * 14 + 20, 2);
  const bendV = 0.3 * noise.fractal(u * 14 + 60, v * 14, 2);
  const { gap, nearest, tag } = noise.cells(u / size + bendU, v / size + bendV);
  const radius = 0.5 + 0.4 * tag;
  return {
    /** 1 inside, 0 in a wall. */
    inside: ramp(0.02, 0.2, gap) * ramp(radius, radius * 0.4, nearest),
    /** A random number in [0, 1) for each chamber. */
    tag,
  };
}

/** Winding ridges and furrows: 1 in a furrow. */
export function furrows(noise: Noise, u: number, v: number, scale: number) {
  const bend = 0.8 * noise.fractal(u * scale * 0.5 + 11, v * scale * 0.5, 2);
  return ramp(0.16, 0.02, Math.abs(noise.smooth(u * scale + bend, v * scale - bend)));
}

import { type Noise, ramp } from './noise.ts';

/** Dermoscopic structures, each as a strength of 0 to 1 at the point (u, v). */

/** Pigment network: a honeycomb of lines. `size` is its mesh in units of the shorter side. */
export function network(noise: Noise, u: number, v: number, size: number, unevenness: number) {
  const bendU = 0.3 * noise.smooth(u * 9 + 3, v * 9);
  const bendV = 0.3 * noise.smooth(u * 9, v * 9 + 60);
  const { gap } = noise.cells(u / size + bendU, v / size + bendV);
  const width = 0.26 * (1 + unevenness * noise.smooth(u * 13 - 70, v * 13));
  return ramp(Math.max(0.04, width) * 1.5, 0.02, gap);
}

/** Round spots of about `size`; `share` of the places that could hold one do. */
export function spots(noise: Noise, u: number, v: number, size: number, share: number) {
  const { nearest, tag } = noise.cells(u / size, v / size);
  if (tag > share) return 0;
  const radius = 0.2 + 0.16 * (tag / share);
  return ramp(radius, radius * 0.55, nearest);
}

/** Rounded chambers with walls between them, as in a haemangioma: 1 inside, 0 in a wall. */
export function chambers(noise: Noise, u: number, v: number, size: number) {
  const bend = 0.22 * noise.smooth(u * 11, v * 11 + 20);
  const { gap, nearest } = noise.cells(u / size + bend, v / size - bend);
  return ramp(0.03, 0.26, gap) * ramp(0.95, 0.5, nearest);
}

/** Winding ridges and furrows: 1 in a furrow. */
export function furrows(noise: Noise, u: number, v: number, scale: number) {
  const bend = 0.8 * noise.fractal(u * scale * 0.5 + 11, v * scale * 0.5, 2);
  return ramp(0.16, 0.02, Math.abs(noise.smooth(u * scale + bend, v * scale - bend)));
}

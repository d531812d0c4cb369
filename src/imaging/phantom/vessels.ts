import type { Random } from './noise.ts';

/** A blood vessel: points in units of the picture's shorter side, with half its width there. */
export type Vessel = readonly { readonly u: number; readonly v: number; readonly radius: number }[];

const step = 0.008;
const thinnest = 0.0011;

/** Vessels that enter from the side and branch like a tree, within `reach` of the middle. */
export function branchingVessels(random: Random, reach: number): Vessel[] {
  const grown: Vessel[] = [];
  const trunks = Math.round(random.between(2, 4));
  for (let trunk = 0; trunk < trunks; trunk++) {
    const angle = random.between(0, 2 * Math.PI);
    const start = { u: reach * 0.85 * Math.cos(angle), v: reach * 0.75 * Math.sin(angle) };
    const inwards = angle + Math.PI + random.between(-0.6, 0.6);
    grow(random, grown, start, inwards, random.between(0.0034, 0.005), 0);
  }
  return grown;
}

function grow(
  random: Random,
  grown: Vessel[],
  start: { u: number; v: number },
  direction: number,
  thickness: number,
  generation: number,
): void {
  const points: { u: number; v: number; radius: number }[] = [];
  const length = Math.round(random.between(20, 38) / (1 + 0.5 * generation));
  let { u, v } = start;
  let heading = direction;
  let curl = 0;
  for (let i = 0; i < length; i++) {
    const radius = Math.max(thinnest, thickness * (1 - (0.6 * i) / length));
    points.push({ u, v, radius });
    curl = 0.75 * curl + random.between(-0.14, 0.14);
    heading += curl;
    u += step * Math.cos(heading);
    v += step * Math.sin(heading);
    if (generation < 3 && i > 4 && random.chance(0.1)) {
      const turn = random.between(0.5, 1.1) * (random.chance(0.5) ? 1 : -1);
      grow(random, grown, { u, v }, heading + turn, radius * 0.72, generation + 1);
    }
  }
  grown.push(points);
}

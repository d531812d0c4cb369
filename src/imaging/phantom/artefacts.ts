import { type Random, ramp } from './noise.ts';
import { StrokeLayer } from './strokes.ts';

/** What lies between the lesion and the camera: light, hairs, bubbles in the contact gel. */

/** Ring light, brighter in the middle, with the dark rim of the dermatoscope. */
export class Illumination {
  /** The lamp's colour. */
  readonly tint: readonly [number, number, number];
  readonly #x: number;
  readonly #y: number;
  readonly #falloff: number;
  readonly #rim: number;

  constructor(random: Random, aspectX: number, aspectY: number) {
    const warmth = random.between(-0.025, 0.025);
    this.tint = [1 + warmth, 1 - random.between(0, 0.02), 1 - warmth];
    this.#x = random.between(-0.08, 0.08);
    this.#y = random.between(-0.08, 0.08);
    this.#falloff = random.between(0.18, 0.34);
    // The rim cuts the corners, or lies outside the picture.
    const diagonal = Math.hypot(aspectX, aspectY);
    this.#rim = diagonal * (random.chance(0.5) ? random.between(0.45, 0.5) : 0.6);
  }

  /** 1 in the middle, 0 outside the rim. */
  brightness(u: number, v: number): number {
    const du = u - this.#x;
    const dv = v - this.#y;
    const lamp = 1.03 - this.#falloff * (du * du + dv * dv);
    const rim = ramp(this.#rim + 0.012, this.#rim - 0.03, Math.hypot(u, v));
    return lamp * (0.07 + 0.93 * rim);
  }
}

/** A few hairs that grow roughly the same way. */
export function drawHairs(random: Random, width: number, height: number): StrokeLayer {
  const layer = new StrokeLayer(width, height);
  const unit = Math.min(width, height);
  const count = random.chance(0.3) ? 0 : Math.round(random.between(2, 11));
  const growth = random.between(0, 2 * Math.PI);
  for (let hair = 0; hair < count; hair++) {
    const length = unit * random.between(0.12, 0.55);
    const bend = random.between(-1.2, 1.2);
    const thickness = unit * random.between(0.0012, 0.0026);
    let angle = growth + random.between(-0.5, 0.5);
    let x = random.between(0, width);
    let y = random.between(0, height);
    const pieces = 24;
    const points = [];
    for (let piece = 0; piece <= pieces; piece++) {
      points.push({ x, y, radius: thickness * (1 - 0.65 * (piece / pieces)) });
      angle += bend / pieces;
      x += (length / pieces) * Math.cos(angle);
      y += (length / pieces) * Math.sin(angle);
    }
    layer.draw(points);
  }
  return layer;
}

/** Air bubbles in the gel: a thin dark edge, a bright rim towards the lamp. */
export class Bubbles {
  readonly #bubbles: readonly { readonly u: number; readonly v: number; readonly radius: number }[];

  constructor(random: Random) {
    const count = random.chance(0.45) ? 0 : Math.round(random.between(1, 6));
    this.#bubbles = Array.from({ length: count }, () => ({
      u: random.between(-0.6, 0.6),
      v: random.between(-0.45, 0.45),
      radius: random.between(0.008, 0.03),
    }));
  }

  /** Dims what is seen through a bubble's edge. */
  shade(u: number, v: number): number {
    let shade = 1;
    for (const bubble of this.#bubbles) {
      const depth = Math.hypot(u - bubble.u, v - bubble.v) / bubble.radius;
      if (depth < 1.1) shade *= 1 - 0.3 * ramp(0.7, 0.95, depth) * ramp(1.1, 1, depth);
    }
    return shade;
  }

  /** Light that a bubble reflects into the camera. */
  glint(u: number, v: number): number {
    let glint = 0;
    for (const bubble of this.#bubbles) {
      const du = (u - bubble.u) / bubble.radius;
      const dv = (v - bubble.v) / bubble.radius;
      const depth = Math.hypot(du, dv);
      if (depth > 1) continue;
      const towardsLamp = ramp(0.2, 1, -(du + dv) / Math.max(depth, 0.01) / Math.SQRT2);
      const rim = ramp(0.68, 0.84, depth) * ramp(1, 0.9, depth);
      glint += 0.4 * rim * towardsLamp + 0.3 * ramp(0.2, 0.1, Math.hypot(du + 0.4, dv + 0.4));
    }
    return glint;
  }
}

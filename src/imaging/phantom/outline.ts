import type { Noise, Random } from './noise.ts';

export interface OutlineOptions {
  /** In units of the picture's shorter side. */
  readonly radius: number;
  /** How far the border strays from an ellipse, as a share of the radius. */
  readonly irregularity: number;
  /** How often it turns: about the number of bulges. */
  readonly bulges: number;
  /** Length over width of the ellipse. */
  readonly elongation: number;
  /** Fine raggedness of the border, as a share of the radius. */
  readonly raggedness: number;
}

/** A closed border around a lesion. */
export class Outline {
  readonly #options: OutlineOptions;
  readonly #noise: Noise;
  readonly #cos: number;
  readonly #sin: number;
  readonly #x: number;
  readonly #y: number;
  readonly #shift: number;

  constructor(random: Random, noise: Noise, options: OutlineOptions) {
    this.#options = options;
    this.#noise = noise;
    const angle = random.between(0, Math.PI);
    this.#cos = Math.cos(angle);
    this.#sin = Math.sin(angle);
    this.#x = random.between(-0.05, 0.05);
    this.#y = random.between(-0.04, 0.04);
    this.#shift = random.between(0, 200);
  }

  /** 0 at the middle, 1 on the border, more outside. */
  depth(u: number, v: number): number {
    const { radius, irregularity, bulges, elongation, raggedness } = this.#options;
    const du = u - this.#x;
    const dv = v - this.#y;
    const stretch = Math.sqrt(elongation);
    const x = (du * this.#cos + dv * this.#sin) / stretch;
    const y = (dv * this.#cos - du * this.#sin) * stretch;
    const distance = Math.sqrt(x * x + y * y);
    if (distance > 2.2 * radius) return distance / radius;
    const turn = bulges / (2 * Math.PI) / Math.max(distance, 1e-6);
    const stray = this.#noise.fractal(x * turn + this.#shift, y * turn - this.#shift, 3);
    const rag = this.#noise.fractal(u * 26 + this.#shift, v * 26, 2);
    return distance / (radius * (1 + irregularity * stray + raggedness * rag));
  }
}

import { type Noise, type Random, ramp } from './noise.ts';

/**
 * What lies under one point of the skin. Colour follows from it as in real skin: light passes the
 * pigments twice and is dimmed exponentially (Beer–Lambert), each pigment with its own hue.
 */
export interface Tissue {
  /** Epidermal melanin: light brown to black. */
  melanin: number;
  /** Haemoglobin: pink to dark red. */
  blood: number;
  /** Melanin deep in the dermis, which scattering turns blue-grey; 0 to 1. */
  deep: number;
  /** Keratin: yellow-white, opaque; 0 to 1. */
  keratin: number;
  /** Scar or loss of pigment: pinkish white; 0 to 1. */
  scar: number;
}

type Rgb = readonly [red: number, green: number, blue: number];

const dermis: Rgb = [0.955, 0.865, 0.82];
const melaninDims: Rgb = [0.68, 0.93, 1.2];
const bloodDims: Rgb = [0.14, 0.95, 0.76];
const blueGrey: Rgb = [0.37, 0.4, 0.5];
const horn: Rgb = [0.93, 0.86, 0.7];
const whiteScar: Rgb = [0.95, 0.87, 0.86];

/** Reflected light of one channel, 0 to 1. */
export function reflectance(tissue: Tissue, channel: 0 | 1 | 2): number {
  const dimming = melaninDims[channel] * tissue.melanin + bloodDims[channel] * tissue.blood;
  let light = dermis[channel] * Math.exp(-dimming);
  light += tissue.deep * (blueGrey[channel] * (0.45 + 0.55 * light) - light);
  light += tissue.scar * (whiteScar[channel] * (0.35 + 0.65 * Math.sqrt(light)) - light);
  return light + tissue.keratin * (horn[channel] - light);
}

/** Melanin of the Fitzpatrick phototypes I to VI. */
const melaninOfPhototype = [0.02, 0.07, 0.17, 0.32, 0.56, 0.85];

/** Skin without a lesion: tone, mottling, creases, follicles. */
export class Skin {
  /** How much pigment a lesion adds: more on dark skin, to be seen there. */
  readonly contrast: number;
  readonly #noise: Noise;
  readonly #melanin: number;
  readonly #blood: number;
  readonly #mottling: number;
  readonly #freckles: number;
  readonly #creaseAngle: number;

  constructor(phototype: number, random: Random, noise: Noise) {
    this.#noise = noise;
    const tone = melaninOfPhototype[phototype - 1] ?? 0.1;
    this.#melanin = tone * random.between(0.85, 1.2);
    this.#blood = random.between(0.09, 0.26) * (1 - 0.4 * tone);
    this.#mottling = random.between(0.05, 0.14);
    this.#freckles = random.chance(0.45) ? random.between(0.05, 0.22) : 0;
    this.#creaseAngle = random.between(0, Math.PI);
    this.contrast = 1 + 0.35 * tone;
  }

  /** Fills `tissue` for the point (u, v), in units of the picture's shorter side. */
  lay(tissue: Tissue, u: number, v: number): void {
    const noise = this.#noise;
    const mottling = noise.fractal(u * 5 + 40, v * 5, 3);
    const grain = noise.fractal(u * 42, v * 42 + 7, 3);
    const freckle = this.#freckles * ramp(0.2, 0.62, noise.fractal(u * 7 - 30, v * 7, 4));
    tissue.melanin = this.#melanin * (1 + 0.25 * mottling + 0.22 * grain) + 0.03 * grain + freckle;
    tissue.blood = this.#blood * (1 + 0.16 * grain) + this.#mottling * mottling;
    tissue.deep = 0;
    tissue.keratin = 0;
    tissue.scar = 0.12 * this.#crease(u, v) + 0.05 * ramp(0.3, 0.8, mottling);
  }

  /** Two families of fine creases that cross, as on the back of a hand; 0 to 1. */
  #crease(u: number, v: number): number {
    const cos = Math.cos(this.#creaseAngle);
    const sin = Math.sin(this.#creaseAngle);
    const bend = 0.6 * this.#noise.smooth(u * 4, v * 4 + 90);
    const along = this.#noise.smooth((u * cos + v * sin) * 34 + bend, (v * cos - u * sin) * 7);
    const across = this.#noise.smooth(
      (v * cos - u * sin) * 30 - bend,
      (u * cos + v * sin) * 9 + 50,
    );
    return Math.max(ramp(0.14, 0, Math.abs(along)), 0.7 * ramp(0.12, 0, Math.abs(across)));
  }
}

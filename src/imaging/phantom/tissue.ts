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

const dermis: Rgb = [0.97, 0.865, 0.835];
const melaninDims: Rgb = [0.6, 1.0, 1.32];
const bloodDims: Rgb = [0.13, 0.95, 0.74];
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
  /** Lesions add less contrast to darker skin. */
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
    this.#blood = random.between(0.16, 0.34);
    this.#mottling = random.between(0.03, 0.09);
    this.#freckles = random.chance(0.4) ? random.between(0.05, 0.2) : 0;
    this.#creaseAngle = random.between(0, Math.PI);
    this.contrast = 1 - 0.35 * Math.min(1, tone);
  }

  /** Fills `tissue` for the point (u, v), in units of the picture's shorter side. */
  lay(tissue: Tissue, u: number, v: number): void {
    const noise = this.#noise;
    const mottling = noise.fractal(u * 5 + 40, v * 5, 3);
    const grain = noise.fractal(u * 60, v * 60 + 7, 2);
    const freckle = this.#freckles * ramp(0.25, 0.6, noise.fractal(u * 9 - 30, v * 9, 3));
    tissue.melanin = this.#melanin * (1 + 0.12 * mottling + 0.1 * grain) + freckle;
    tissue.blood = this.#blood * (1 + 0.1 * grain) + this.#mottling * mottling;
    tissue.deep = 0;
    tissue.keratin = 0;
    tissue.scar = 0.07 * this.#crease(u, v) + 0.05 * ramp(0.3, 0.8, mottling);
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

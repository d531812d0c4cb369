import type { PhantomKind } from '../contract.ts';
import { type Noise, type Random, ramp } from './noise.ts';
import { Outline } from './outline.ts';
import { chambers, furrows, network, spots } from './structures.ts';
import type { Tissue } from './tissue.ts';
import { branchingVessels, type Vessel } from './vessels.ts';

/** A lesion changes the tissue at each point of its skin. */
export interface Lesion {
  /** (u, v) in units of the picture's shorter side, from its middle. */
  paint(tissue: Tissue, u: number, v: number): void;
  readonly vessels: readonly Vessel[];
}

/** `contrast` is how strongly new pigment shows on this skin. */
type Design = (random: Random, noise: Noise, contrast: number) => Lesion;

/** A regular mole: even network, often globules or a homogeneous middle, fading border. */
const naevus: Design = (random, noise, contrast) => {
  const outline = new Outline(random, noise, {
    radius: random.between(0.23, 0.32),
    irregularity: 0.26,
    bulges: 3,
    elongation: random.between(1.05, 1.5),
    raggedness: 0.1,
  });
  const pigment = random.between(0.5, 0.95) * contrast;
  const mesh = random.between(0.017, 0.023);
  const isGlobular = random.chance(0.35);
  const darkMiddle = random.between(-0.1, 0.6);
  const softness = random.between(0.3, 0.5);
  const shift = random.between(0, 80);
  return {
    vessels: [],
    paint(tissue, u, v) {
      const depth = outline.depth(u, v);
      const mask = ramp(1.15, 1.15 - softness, depth);
      if (mask === 0) return;
      const clouds = noise.fractal(u * 6 + shift, v * 6 + 5, 4);
      const middle = ramp(0.8, 0.05, depth + 0.3 * clouds);
      const lines = network(noise, u, v, mesh, 0.45) * (1 - 0.75 * middle);
      const dots = isGlobular ? spots(noise, u, v, 0.03, 0.7) * ramp(0.1, 0.5, depth) : 0;
      const body = 0.5 + 0.45 * clouds + darkMiddle * middle;
      tissue.melanin += pigment * mask * (body + 0.55 * lines + 0.8 * dots);
      tissue.blood += mask * (0.04 + 0.12 * clouds);
    },
  };
};

/** Asymmetric, many colours, atypical network, blue-white veil, regression, streaks. */
const melanomaLike: Design = (random, noise, contrast) => {
  const shape = { irregularity: 0.5, bulges: 5, raggedness: 0.16 };
  const main = new Outline(random, noise, { ...shape, radius: 0.26, elongation: 1.35 });
  const lobe = new Outline(random, noise, { ...shape, radius: 0.15, elongation: 1.2 });
  const angle = random.between(0, 2 * Math.PI);
  const lobeU = 0.2 * Math.cos(angle);
  const lobeV = 0.16 * Math.sin(angle);
  const veilU = -0.4 * lobeU + random.between(-0.04, 0.04);
  const veilV = -0.4 * lobeV + random.between(-0.04, 0.04);
  const shift = random.between(0, 90);
  return {
    vessels: [],
    paint(tissue, u, v) {
      const depth = Math.min(main.depth(u, v), lobe.depth(u - lobeU, v - lobeV));
      const clouds = noise.fractal(u * 9 - shift, v * 9, 4);
      const mask = ramp(1.1, 0.86, depth + 0.12 * clouds);
      const halo = ramp(1.4, 0.95, depth);
      tissue.blood += 0.2 * halo;
      if (mask === 0) return;
      const regions = noise.fractal(u * 5.5 + shift, v * 5.5, 3);
      const dark = ramp(-0.12, 0.42, regions);
      const lines = network(noise, u, v, 0.021, 1) * ramp(0.2, 0.75, depth);
      const blots = spots(noise, u + shift, v, 0.036, 0.4) * ramp(0.1, 0.6, depth);
      const veil = ramp(0.2, 0.05, Math.hypot(u - veilU, (v - veilV) * 1.2) + 0.07 * regions);
      const regression =
        ramp(0.12, 0.34, noise.fractal(u * 5 - shift, v * 5 + 33, 3)) * (1 - veil) * (1 - dark);
      const peppering = regression * spots(noise, u, v, 0.014, 0.5);
      const pigment = 0.4 + 0.95 * dark + 0.5 * lines + 0.7 * blots + 0.4 * veil + 0.4 * clouds;
      tissue.melanin += contrast * mask * pigment * (1 - 0.8 * regression);
      tissue.blood += mask * (0.1 + 0.4 * ramp(0.05, 0.45, -regions));
      tissue.deep = Math.max(tissue.deep, mask * (0.62 * veil + 0.5 * peppering));
      tissue.scar = Math.max(tissue.scar, mask * (0.5 * regression + 0.22 * veil));
    },
  };
};

/** Pearly pink, branching vessels, blue-grey nests, a small erosion. */
const basalCellLike: Design = (random, noise) => {
  const outline = new Outline(random, noise, {
    radius: random.between(0.2, 0.27),
    irregularity: 0.3,
    bulges: 3.5,
    elongation: random.between(1.05, 1.35),
    raggedness: 0.05,
  });
  const nestShift = random.between(0, 50);
  const erosionU = random.between(-0.08, 0.08);
  const erosionV = random.between(-0.07, 0.07);
  return {
    vessels: branchingVessels(random, 0.25),
    paint(tissue, u, v) {
      const depth = outline.depth(u, v);
      const mask = ramp(1.12, 0.82, depth);
      if (mask === 0) return;
      const clouds = noise.fractal(u * 6, v * 6 + 41, 3);
      const rim = mask * ramp(0.6, 0.9, depth);
      const nests =
        spots(noise, u + nestShift, v, 0.066, 0.4) *
        ramp(0.25, 0.55, depth) *
        ramp(1.02, 0.85, depth);
      const erosion = ramp(0.055, 0.02, Math.hypot(u - erosionU, v - erosionV) + 0.05 * clouds);
      const shine = ramp(0.16, 0.5, clouds) * (1 - erosion);
      tissue.melanin *= 1 - 0.45 * mask;
      tissue.melanin += 0.5 * erosion + 0.16 * rim + 0.35 * nests * mask;
      tissue.blood += mask * (0.3 + 0.16 * clouds) + 0.9 * erosion;
      tissue.deep = Math.max(tissue.deep, 0.78 * nests * mask);
      tissue.scar = Math.max(tissue.scar, mask * (0.2 + 0.4 * shine));
    },
  };
};

/** Sun damage: red pseudo-network around pale follicles, yellowish scale. */
const keratosisLike: Design = (random, noise) => {
  const outline = new Outline(random, noise, {
    radius: random.between(0.25, 0.31),
    irregularity: 0.3,
    bulges: 3.5,
    elongation: random.between(1.1, 1.5),
    raggedness: 0.1,
  });
  const shift = random.between(0, 70);
  const brown = random.between(0.1, 0.4);
  return {
    vessels: [],
    paint(tissue, u, v) {
      const depth = outline.depth(u, v);
      const mask = ramp(1.2, 0.7, depth);
      if (mask === 0) return;
      const { nearest, tag } = noise.cells(u / 0.036 + shift, v / 0.036);
      const follicle = (0.35 + 0.65 * tag) * ramp(0.2 + 0.25 * tag, 0.12, nearest);
      const plug = tag > 0.55 ? ramp(0.14, 0.05, nearest) : 0;
      const clouds = noise.fractal(u * 7 + shift, v * 7, 4);
      const flakes = noise.fractal(u * 16 - shift, v * 22, 4);
      const scale = ramp(0.12, 0.3, flakes) * ramp(-0.1, 0.25, clouds);
      const red = 0.52 + 0.25 * clouds;
      tissue.blood += mask * red * (1 - 0.75 * follicle);
      tissue.melanin += mask * brown * ramp(-0.05, 0.5, -clouds) * (1 - 0.5 * follicle);
      tissue.scar = Math.max(tissue.scar, 0.32 * mask * follicle);
      tissue.keratin = Math.max(tissue.keratin, mask * (0.62 * scale + 0.4 * plug));
    },
  };
};

/** Waxy and sharply bordered, with white cysts, dark openings, winding furrows. */
const seborrhoeic: Design = (random, noise, contrast) => {
  const outline = new Outline(random, noise, {
    radius: random.between(0.25, 0.31),
    irregularity: 0.3,
    bulges: 4.5,
    elongation: random.between(1.05, 1.4),
    raggedness: 0.13,
  });
  const pigment = random.between(0.45, 0.9) * contrast;
  const shift = random.between(0, 60);
  const ridges = random.between(0.25, 0.7);
  return {
    vessels: [],
    paint(tissue, u, v) {
      const depth = outline.depth(u, v);
      const mask = ramp(1.03, 0.95, depth);
      if (mask === 0) return;
      const clouds = noise.fractal(u * 6 + shift, v * 6, 3);
      const furrow = furrows(noise, u + shift, v, 15);
      const cyst = spots(noise, u + shift, v, 0.05, 0.22);
      const opening = cyst > 0 ? 0 : spots(noise, u, v + shift, 0.07, 0.32);
      const edge = ramp(0.75, 1, depth);
      const specks = noise.fractal(u * 32, v * 32 + shift, 3);
      const body =
        0.75 + 0.7 * clouds + 0.4 * specks + ridges * furrow + 0.4 * edge + 1.4 * opening;
      tissue.melanin += mask * pigment * body * (1 - 0.75 * cyst);
      tissue.blood += 0.1 * mask;
      tissue.keratin = Math.max(
        tissue.keratin,
        mask * (0.16 + 0.16 * clouds + 0.5 * cyst) * (1 - 0.8 * opening),
      );
    },
  };
};

/** Red to purple chambers with pale walls, some of them dark with old blood. */
const vascular: Design = (random, noise) => {
  const outline = new Outline(random, noise, {
    radius: random.between(0.17, 0.25),
    irregularity: 0.26,
    bulges: 5,
    elongation: random.between(1.05, 1.35),
    raggedness: 0.1,
  });
  const size = random.between(0.055, 0.085);
  const purple = random.between(0.05, 0.35);
  return {
    vessels: [],
    paint(tissue, u, v) {
      const depth = outline.depth(u, v);
      const mask = ramp(1.04, 0.94, depth);
      tissue.blood += 0.25 * ramp(1.45, 0.95, depth);
      if (mask === 0) return;
      const { inside: chamber, tag } = chambers(noise, u, v, size);
      const clouds = noise.fractal(u * 8, v * 8 + 77, 3);
      const old = ramp(0.75, 1, tag) * chamber;
      const veil = ramp(0.1, 0.5, clouds) * 0.2;
      tissue.blood += mask * (0.9 + 0.8 * chamber + 0.5 * clouds + 0.7 * old);
      tissue.melanin = tissue.melanin * (1 - 0.4 * mask) + 0.4 * mask * old;
      tissue.deep = Math.max(tissue.deep, mask * (purple * chamber + 0.35 * old));
      tissue.scar = Math.max(tissue.scar, mask * (0.12 * (1 - chamber) + veil));
    },
  };
};

/** A white scar in the middle of a delicate, even, light-brown network. */
const dermatofibromaLike: Design = (random, noise, contrast) => {
  const outline = new Outline(random, noise, {
    radius: random.between(0.21, 0.27),
    irregularity: 0.2,
    bulges: 3,
    elongation: random.between(1, 1.3),
    raggedness: 0.1,
  });
  const pigment = random.between(0.3, 0.5) * contrast;
  const scarred = random.between(0.5, 0.75);
  const shift = random.between(0, 40);
  return {
    vessels: [],
    paint(tissue, u, v) {
      const depth = outline.depth(u, v);
      const mask = ramp(1.3, 0.5, depth);
      if (mask === 0) return;
      const strands = 0.4 * noise.fractal(u * 15 + shift, v * 15, 4);
      const scar = ramp(scarred, 0.05, depth + strands);
      const lines = network(noise, u, v, 0.019, 0.3) * ramp(0.35, 0.6, depth);
      const ring = ramp(0.2, 0.62, depth);
      tissue.melanin += pigment * mask * (0.5 * ring + 0.25 + 0.5 * lines) * (1 - 0.75 * scar);
      tissue.blood += mask * (0.06 + 0.08 * ring) + 0.16 * scar * (1 + 2 * strands);
      tissue.scar = Math.max(tissue.scar, scar * (0.62 - 0.5 * strands));
    },
  };
};

export const designs: Readonly<Record<PhantomKind, Design>> = {
  naevus,
  'melanoma-like': melanomaLike,
  'basal-cell-like': basalCellLike,
  'keratosis-like': keratosisLike,
  seborrhoeic,
  vascular,
  'dermatofibroma-like': dermatofibromaLike,
};

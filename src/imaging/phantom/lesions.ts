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
    radius: random.between(0.2, 0.29),
    irregularity: 0.16,
    bulges: 2.5,
    elongation: random.between(1.05, 1.45),
    raggedness: 0.05,
  });
  const pigment = random.between(0.5, 0.85) * contrast;
  const mesh = random.between(0.017, 0.024);
  const isGlobular = random.chance(0.4);
  const darkMiddle = random.between(0, 0.5);
  return {
    vessels: [],
    paint(tissue, u, v) {
      const depth = outline.depth(u, v);
      const mask = ramp(1.14, 0.76, depth);
      if (mask === 0) return;
      const middle = ramp(0.75, 0.1, depth);
      const clouds = 0.22 * noise.fractal(u * 9, v * 9 + 5, 3);
      const lines = network(noise, u, v, mesh, 0.25) * (1 - 0.7 * middle);
      const dots = isGlobular ? spots(noise, u, v, 0.028, 0.6) * ramp(0.15, 0.5, depth) : 0;
      const body = 0.62 + clouds + darkMiddle * middle;
      tissue.melanin += pigment * mask * (body + 0.62 * lines + 0.75 * dots);
      tissue.blood += 0.22 * mask;
    },
  };
};

/** Asymmetric, many colours, atypical network, blue-white veil, regression, streaks. */
const melanomaLike: Design = (random, noise, contrast) => {
  const shape = { irregularity: 0.42, bulges: 4.5, raggedness: 0.09 };
  const main = new Outline(random, noise, { ...shape, radius: 0.25, elongation: 1.35 });
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
      const mask = ramp(1.06, 0.9, depth);
      const halo = ramp(1.4, 0.95, depth);
      tissue.blood += 0.22 * halo;
      if (mask === 0) return;
      const regions = noise.fractal(u * 5.5 + shift, v * 5.5, 3);
      const dark = ramp(-0.12, 0.42, regions);
      const lines = network(noise, u, v, 0.026, 0.9) * ramp(0.3, 0.8, depth);
      const blots = spots(noise, u + 0.3, v, 0.042, 0.34);
      const veil = ramp(0.2, 0.05, Math.hypot(u - veilU, (v - veilV) * 1.2) + 0.07 * regions);
      const regression =
        ramp(0.12, 0.34, noise.fractal(u * 5 - shift, v * 5 + 33, 3)) * (1 - veil) * (1 - dark);
      const peppering = regression * spots(noise, u, v, 0.014, 0.5);
      const pigment = 0.45 + 1.15 * dark + 0.7 * lines + 1.0 * blots + 0.5 * veil;
      tissue.melanin += contrast * mask * pigment * (1 - 0.8 * regression);
      tissue.blood += mask * (0.25 + 0.35 * ramp(0.1, 0.5, -regions));
      tissue.deep = Math.max(tissue.deep, mask * (0.62 * veil + 0.5 * peppering));
      tissue.scar = Math.max(tissue.scar, mask * (0.5 * regression + 0.22 * veil));
    },
  };
};

/** Pearly pink, branching vessels, blue-grey nests, a small erosion. */
const basalCellLike: Design = (random, noise) => {
  const outline = new Outline(random, noise, {
    radius: random.between(0.2, 0.27),
    irregularity: 0.22,
    bulges: 3,
    elongation: random.between(1.05, 1.35),
    raggedness: 0.05,
  });
  const nestShift = random.between(0, 50);
  const erosionU = random.between(-0.08, 0.08);
  const erosionV = random.between(-0.07, 0.07);
  return {
    vessels: branchingVessels(random, 0.3),
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
      const erosion = ramp(0.055, 0.02, Math.hypot(u - erosionU, v - erosionV) + 0.02 * clouds);
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
      const { nearest, tag } = noise.cells(u / 0.043 + shift, v / 0.043);
      const follicle = ramp(0.34, 0.2, nearest);
      const plug = tag < 0.7 ? ramp(0.13, 0.06, nearest) : 0;
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
    irregularity: 0.2,
    bulges: 4,
    elongation: random.between(1.05, 1.4),
    raggedness: 0.07,
  });
  const pigment = random.between(0.4, 0.75) * contrast;
  const shift = random.between(0, 60);
  const ridges = random.between(0.2, 0.5);
  return {
    vessels: [],
    paint(tissue, u, v) {
      const depth = outline.depth(u, v);
      const mask = ramp(1.03, 0.95, depth);
      if (mask === 0) return;
      const clouds = noise.fractal(u * 6 + shift, v * 6, 3);
      const furrow = furrows(noise, u + shift, v, 15);
      const cyst = spots(noise, u + shift, v, 0.05, 0.3);
      const opening = cyst > 0 ? 0 : spots(noise, u, v + shift, 0.062, 0.34);
      const edge = ramp(0.75, 1, depth);
      const body = 0.7 + 0.4 * clouds + ridges * furrow + 0.35 * edge + 1.5 * opening;
      tissue.melanin += mask * pigment * body * (1 - 0.75 * cyst);
      tissue.blood += 0.1 * mask;
      tissue.keratin = Math.max(
        tissue.keratin,
        mask * (0.2 + 0.12 * clouds + 0.6 * cyst) * (1 - 0.8 * opening),
      );
    },
  };
};

/** Red to purple chambers with pale walls, some of them dark with old blood. */
const vascular: Design = (random, noise) => {
  const outline = new Outline(random, noise, {
    radius: random.between(0.17, 0.25),
    irregularity: 0.16,
    bulges: 4,
    elongation: random.between(1.05, 1.35),
    raggedness: 0.05,
  });
  const size = random.between(0.05, 0.075);
  const purple = random.between(0.05, 0.35);
  return {
    vessels: [],
    paint(tissue, u, v) {
      const depth = outline.depth(u, v);
      const mask = ramp(1.04, 0.94, depth);
      tissue.blood += 0.25 * ramp(1.45, 0.95, depth);
      if (mask === 0) return;
      const chamber = chambers(noise, u, v, size);
      const { tag } = noise.cells(u / size, v / size);
      const clouds = noise.fractal(u * 8, v * 8 + 77, 3);
      const old = ramp(0.82, 0.9, tag) * chamber;
      const veil = ramp(0.1, 0.5, clouds) * 0.2;
      tissue.blood += mask * (0.75 + 1.05 * chamber + 0.3 * clouds + 0.8 * old);
      tissue.melanin = tissue.melanin * (1 - 0.4 * mask) + 0.4 * mask * old;
      tissue.deep = Math.max(tissue.deep, mask * (purple * chamber + 0.35 * old));
      tissue.scar = Math.max(tissue.scar, mask * (0.22 * (1 - chamber) + veil));
    },
  };
};

/** A white scar in the middle of a delicate, even, light-brown network. */
const dermatofibromaLike: Design = (random, noise, contrast) => {
  const outline = new Outline(random, noise, {
    radius: random.between(0.21, 0.27),
    irregularity: 0.1,
    bulges: 2.5,
    elongation: random.between(1, 1.25),
    raggedness: 0.04,
  });
  const pigment = random.between(0.32, 0.5) * contrast;
  const shift = random.between(0, 40);
  return {
    vessels: [],
    paint(tissue, u, v) {
      const depth = outline.depth(u, v);
      const mask = ramp(1.2, 0.7, depth);
      if (mask === 0) return;
      const strands = 0.25 * noise.fractal(u * 15 + shift, v * 15, 4);
      const scar = ramp(0.58, 0.18, depth + strands);
      const lines = network(noise, u, v, 0.02, 0.2) * ramp(0.35, 0.6, depth);
      const ring = ramp(0.2, 0.62, depth);
      tissue.melanin += pigment * mask * (0.55 * ring + 0.2 + 0.75 * lines) * (1 - 0.75 * scar);
      tissue.blood += mask * (0.16 + 0.2 * ring) + 0.14 * scar * (1 + 2 * strands);
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

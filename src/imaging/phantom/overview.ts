import type { OverviewDrawing } from '../contract.ts';
import { Noise, Random, ramp } from './noise.ts';
import { stamp } from './stamp.ts';
import { reflectance, Skin, type Tissue } from './tissue.ts';

/** Half the width of a back at a height, both in shares of the picture's height: neck, shoulders, waist, hips. */
const halfWidths: readonly (readonly [height: number, halfWidth: number])[] = [
  [0, 0.095],
  [0.055, 0.096],
  [0.075, 0.106],
  [0.1, 0.145],
  [0.14, 0.225],
  [0.175, 0.28],
  [0.205, 0.308],
  [0.24, 0.322],
  [0.3, 0.322],
  [0.4, 0.297],
  [0.52, 0.264],
  [0.62, 0.243],
  [0.7, 0.236],
  [0.8, 0.245],
  [0.9, 0.27],
  [1, 0.302],
];

const naevusCount = 40;
const cloth = [0.3, 0.38, 0.42] as const;
const channels = [0, 1, 2] as const;

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly melanin: number;
}

/** An invented back with naevi, and the lesions that are asked for: height × width × 3, sRGB. */
export function paintOverview(request: OverviewDrawing): Uint8Array {
  const [width, height] = request.sizePx;
  const random = new Random(request.seed);
  const noise = new Noise(random);
  const skin = new Skin(request.phototype, random, noise);
  const aspect = width / height;
  const spots: Spot[] = [
    ...Array.from({ length: naevusCount }, () => naevus(random)),
    ...request.spots.map(({ x, y, growth }) => ({
      ...{ x: (x - 0.5) * aspect, y, melanin: 1.5 },
      radius: 0.0075 * growth,
    })),
  ];
  const scene = new Random(request.seed * 1009 + request.shot);
  const lit = scene.between(0.9, 1);
  const pixels = new Uint8Array(width * height * 3);
  const tissue: Tissue = { melanin: 0, blood: 0, deep: 0, keratin: 0, scar: 0 };
  for (let row = 0; row < height; row++) {
    const y = row / height;
    const edge = halfWidthAt(y);
    const near = spots.filter((spot) => Math.abs(spot.y - y) < 1.6 * spot.radius);
    const wobble = 0.004 * noise.smooth(3, y * 9);
    for (let column = 0; column < width; column++) {
      const x = ((column + 0.5) / width - 0.5) * aspect;
      const out = Math.abs(x) - edge - wobble;
      const onSkin = 1 - ramp(-0.0015, 0.0015, out);
      const grain = 0.012 * (scene.next() + scene.next() - 1);
      if (onSkin > 0) {
        skin.lay(tissue, 1.4 * x, 1.4 * y);
        tissue.scar = 0;
        tissue.melanin += pigmentAt(near, noise, x, y);
      }
      const fold = onSkin < 1 ? 0.85 + 0.15 * noise.smooth(x * 3, y * 3) : 0;
      const shade = lit * roundness(x / edge) * relief(x, y);
      for (const channel of channels) {
        const ground = cloth[channel] * fold;
        const surface = onSkin > 0 ? reflectance(tissue, channel) * shade : 0;
        const light = ground + onSkin * (surface - ground) + grain;
        pixels[3 * (row * width + column) + channel] = Math.round(
          255 * Math.min(1, Math.max(0, light)),
        );
      }
    }
  }
  stamp(pixels, width, height);
  return pixels;
}

/** Beside the spine rather than at the edges. */
function naevus(random: Random): Spot {
  const y = random.between(0.17, 0.97);
  return {
    x: random.between(-0.85, 0.85) * halfWidthAt(y),
    y,
    radius: random.between(0.0012, 0.0038),
    melanin: random.between(0.35, 1.1),
  };
}

function pigmentAt(spots: readonly Spot[], noise: Noise, x: number, y: number): number {
  let pigment = 0;
  for (const spot of spots) {
    const far = Math.hypot(x - spot.x, y - spot.y);
    if (far > 1.6 * spot.radius) continue;
    const border = spot.radius * (1 + 0.3 * noise.smooth(x * 180, y * 180));
    pigment += spot.melanin * (1 - ramp(0.7 * border, 1.15 * border, far));
  }
  return pigment;
}

function halfWidthAt(y: number): number {
  const next = Math.max(
    1,
    halfWidths.findIndex(([height]) => height >= y),
  );
  const [from, to] = [halfWidths[next - 1], halfWidths[next]];
  if (!from || !to) return 0.3;
  return from[1] + ((to[1] - from[1]) * (y - from[0])) / (to[0] - from[0]);
}

/** A body is darker where it turns away. */
const roundness = (share: number): number =>
  0.45 + 0.55 * Math.sqrt(Math.max(0, 1 - Math.min(1, Math.abs(share)) ** 3));

/** The groove of the spine and the lower edges of the shoulder blades. */
function relief(x: number, y: number): number {
  const spine = 0.09 * Math.exp(-((x / 0.02) ** 2)) * ramp(0.1, 0.3, y);
  const blade = Math.hypot((Math.abs(x) - 0.145) / 0.085, (y - 0.3) / 0.1);
  const rim = 0.09 * Math.exp(-(((blade - 1) / 0.13) ** 2)) * ramp(0.27, 0.36, y);
  return 1 - spine - rim;
}

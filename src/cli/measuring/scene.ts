import { drawHairs } from '../../imaging/phantom/artefacts.ts';
import { Random } from '../../imaging/phantom/noise.ts';
import type { RgbImage } from '../../imaging/rgb-image.ts';

export interface Scene {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pxPerMm: number;
  /** Where the row of marks begins, and where it goes, clockwise in degrees. */
  readonly ruler: { readonly x: number; readonly y: number; readonly degrees: number } | null;
  /** Half axes in millimetres. */
  readonly lesion: {
    readonly x: number;
    readonly y: number;
    readonly a: number;
    readonly b: number;
    readonly degrees: number;
  } | null;
  readonly seed: number;
  readonly hairs?: boolean;
}

/** Skin with a lesion of known size and a millimetre ruler: marks of 1.5 mm, every fifth 2.2, every tenth 3. */
export function drawScene(scene: Scene): RgbImage {
  const { widthPx, heightPx, pxPerMm, ruler, lesion } = scene;
  const random = new Random(scene.seed);
  const skin = [212 + random.between(-14, 14), 168, 150] as const;
  const [slopeX, slopeY] = [random.between(-0.12, 0.12), random.between(-0.12, 0.12)];
  const hairs = scene.hairs ? drawHairs(random, widthPx, heightPx).coverage : null;
  const pixels = new Uint8Array(3 * widthPx * heightPx);
  const [cos, sin] = turned(ruler?.degrees ?? 0);
  const [lesionCos, lesionSin] = turned(lesion?.degrees ?? 0);
  const dark = [92, 58, 46] as const;
  for (let y = 0, at = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, at++) {
      const light = 1 + slopeX * (x / widthPx - 0.5) + slopeY * (y / heightPx - 0.5);
      let ink = 0;
      if (ruler) {
        const [dx, dy] = [x + 0.5 - ruler.x, y + 0.5 - ruler.y];
        const along = (dx * cos + dy * sin) / pxPerMm;
        const across = (-dx * sin + dy * cos) / pxPerMm;
        const number = Math.round(along);
        const length = number % 10 === 0 ? 3 : number % 5 === 0 ? 2.2 : 1.5;
        const off = Math.abs(along - number) * pxPerMm;
        const isMark = across > 0 && across < length;
        ink = isMark ? clamp(0.09 * pxPerMm + 0.5 - off) : 0;
      }
      let share = 0;
      if (lesion) {
        const [dx, dy] = [x + 0.5 - lesion.x, y + 0.5 - lesion.y];
        const u = (dx * lesionCos + dy * lesionSin) / pxPerMm / lesion.a;
        const v = (-dx * lesionSin + dy * lesionCos) / pxPerMm / lesion.b;
        const beyond = (Math.hypot(u, v) - 1) * Math.min(lesion.a, lesion.b);
        // Half of the colour is gone at the border; all of it .15 mm further out.
        share = clamp(0.5 - beyond / 0.3);
      }
      const hair = hairs?.[at] ?? 0;
      for (const channel of [0, 1, 2] as const) {
        const surface = (skin[channel] ?? 0) * (1 - share) + dark[channel] * share;
        const value = (surface * (1 - ink) + 35 * ink) * (1 - hair) + 40 * hair;
        const grain = 7 * (random.next() + random.next() - 1);
        pixels[3 * at + channel] = Math.min(255, Math.max(0, Math.round(value * light + grain)));
      }
    }
  }
  return { widthPx, heightPx, pixels };
}

const turned = (degrees: number) =>
  [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)] as const;
const clamp = (value: number) => Math.min(1, Math.max(0, value));

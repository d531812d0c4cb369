import type { PhantomRequest } from '../contract.ts';
import { Bubbles, drawHairs, Illumination } from './artefacts.ts';
import { designs } from './lesions.ts';
import { Noise, Random } from './noise.ts';
import { stamp } from './stamp.ts';
import { StrokeLayer } from './strokes.ts';
import { reflectance, Skin, type Tissue } from './tissue.ts';

/** An invented dermoscopic picture: height × width × 3, sRGB. Everything follows from the request. */
export function paintPhantom(request: PhantomRequest): Uint8Array {
  const [width, height] = request.sizePx;
  const unit = Math.min(width, height);
  const { growth = 1, shot = 0 } = request;
  const random = new Random(request.seed);
  const noise = new Noise(random);
  const phototype = request.phototype ?? 1 + Math.floor(random.between(0, 1) ** 1.4 * 6);
  const skin = new Skin(phototype, random, noise);
  const lesion = designs[request.kind](random, noise, skin.contrast);
  const vessels = new StrokeLayer(width, height);
  for (const vessel of lesion.vessels) {
    vessels.draw(
      vessel.map(({ u, v, radius }) => ({
        x: u * growth * unit + width / 2,
        y: v * growth * unit + height / 2,
        radius: radius * growth * unit,
      })),
    );
  }
  const scene = shot === 0 ? random : new Random(request.seed * 1009 + shot);
  const hairs = drawHairs(scene, width, height);
  const bubbles = new Bubbles(scene);
  const light = new Illumination(scene, width / unit, height / unit);

  const pixels = new Uint8Array(width * height * 3);
  const tissue: Tissue = { melanin: 0, blood: 0, deep: 0, keratin: 0, scar: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const u = (x - width / 2) / unit;
      const v = (y - height / 2) / unit;
      skin.lay(tissue, u, v);
      lesion.paint(tissue, u / growth, v / growth);
      tissue.blood += 0.85 * (vessels.coverage[at] ?? 0);
      const hair = hairs.coverage[at] ?? 0;
      const brightness = light.brightness(u, v) * bubbles.shade(u, v);
      const glint = bubbles.glint(u, v);
      const grain = 0.016 * (scene.next() + scene.next() - 1);
      for (const channel of channels) {
        const surface = reflectance(tissue, channel) * (1 - hair) + hairColour[channel] * hair;
        const lit = surface * brightness * light.tint[channel] + glint + grain;
        pixels[3 * at + channel] = Math.round(255 * Math.min(1, Math.max(0, lit)));
      }
    }
  }
  stamp(pixels, width, height);
  return pixels;
}

const channels = [0, 1, 2] as const;
const hairColour = [0.16, 0.11, 0.09] as const;

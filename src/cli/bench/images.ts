import { paintPhantom } from '../../imaging/phantom/painter.ts';
import type { Shape } from '../../snn/index.ts';

const kinds = ['naevus', 'melanoma-like', 'basal-cell-like', 'vascular'] as const;
const paintedPx = 256;

/** Invented lesions as an engine takes them: uint8, C×H×W. The same ones each time. */
export function benchImages([channels, height, width]: Shape): Uint8Array[] {
  return kinds.map((kind, seed) => {
    const picture = paintPhantom({ kind, seed, sizePx: [paintedPx, paintedPx] });
    return Uint8Array.from({ length: channels * height * width }, (_, at) => {
      const row = Math.floor(((Math.floor(at / width) % height) * paintedPx) / height);
      const column = Math.floor(((at % width) * paintedPx) / width);
      const channel = Math.floor(at / (height * width)) % 3;
      return picture[(row * paintedPx + column) * 3 + channel] ?? 0;
    });
  });
}

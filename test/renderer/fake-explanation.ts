import type { Explanation, LesionImage, Reading } from '../../src/clinic/entities/index.ts';
import { randomFrom } from './phantom.ts';

/** Made up, and adds up. */
export function fakeExplanation({
  image,
  readings,
}: {
  image: LesionImage;
  readings: readonly Reading[];
}): Explanation {
  const random = randomFrom(image.byteLength % 97);
  const [reading] = readings;
  const side = 6;
  const share = image.heightPx / image.widthPx;
  return {
    headName: reading?.headName ?? 'ham7',
    views: 2,
    height: side,
    width: side,
    square: { x: (1 - share) / 2, y: 0, width: share, height: 1 },
    classes: (reading?.probabilities ?? []).map(({ code, name, gravity }) => {
      const map = Array.from(
        { length: side * side },
        () => Math.round((random() - 0.45) * 64) / 64,
      );
      const bias = -0.5;
      const rest = 0.015625;
      return {
        ...{ code, name, gravity, map, bias, rest },
        score: map.reduce((sum, value) => sum + value, 0) + bias + rest,
      };
    }),
    layers: ['stem', 'block 1', 'block 2', 'counts'].map((layer, index) => ({
      layer,
      events: 180_000 >> index,
      sparsity: 0.2 + index / 5,
      synapticOperations: 42_000_000 >> index,
    })),
    energy: {
      ...{ arithmeticUj: 62, totalUj: 2384, denseUj: 5290 },
      ...{ model: 'integer arithmetic, 45 nm', source: 'M. Horowitz, ISSCC 2014' },
      leavesOut: 'leakage, clock',
    },
  };
}

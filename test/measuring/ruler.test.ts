import { describe, expect, test } from 'vitest';
import { drawScene, type Scene } from '../../src/cli/measuring/scene.ts';
import { findRuler, scaleOfRuler } from '../../src/measuring/index.ts';

const lesion = { x: 400, y: 300, a: 3, b: 2, degrees: 30 };

/** A ruler that passes below the lesion, whatever its angle. */
function scene(degrees: number, pxPerMm: number, more: Partial<Scene> = {}): Scene {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const ruler = { x: 400 - 150 * cos + 120 * sin, y: 360 - 150 * sin - 120 * cos, degrees };
  return { widthPx: 800, heightPx: 600, pxPerMm, ruler, lesion, seed: degrees + 1, ...more };
}

/** How far beside the scene's row of marks a point lies. */
function acrossOf(degrees: number, point = { x: Number.NaN, y: 0 }): number {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const { ruler } = scene(degrees, 1);
  return -(point.x - (ruler?.x ?? 0)) * sin + (point.y - (ruler?.y ?? 0)) * cos;
}

describe('a millimetre ruler', () => {
  test.each([
    [0, 14],
    [17, 22],
    [45, 35],
    [90, 22],
    [118, 14],
    [163, 35],
  ])(
    'at %i° and %i px a millimetre gives the scale to half a per cent, between hairs',
    (degrees, pxPerMm) => {
      const ruler = findRuler(drawScene(scene(degrees, pxPerMm, { hairs: true })));
      expect(Math.abs((ruler?.spacingPx ?? 0) / pxPerMm - 1)).toBeLessThan(0.005);
      const turned = Math.abs((ruler?.directionDegrees ?? 999) - degrees) % 180;
      expect(Math.min(turned, 180 - turned)).toBeLessThan(6);
      expect(ruler && scaleOfRuler(ruler)).toMatchObject({ source: 'ruler' });
      expect(Math.abs(acrossOf(degrees, ruler?.from))).toBeLessThan(2.5 * pxPerMm);
      expect(Math.abs(acrossOf(degrees, ruler?.to))).toBeLessThan(2.5 * pxPerMm);
    },
  );

  test('that the picture cuts is one, as long as enough of it is seen', () => {
    const cut = (x: number) =>
      findRuler(drawScene(scene(0, 22, { ruler: { x: x + 0.5, y: 450, degrees: 180 } })));
    expect(cut(300)?.spacingPx).toBeCloseTo(22, 0);
    const few = drawScene(scene(90, 22, { ruler: { x: 300, y: 545, degrees: 90 }, heightPx: 110 }));
    expect(findRuler(few)).toBeNull();
  });

  test('in a picture of twelve megapixels is found in its own pixels', () => {
    const large = drawScene(
      scene(30, 90, {
        widthPx: 3200,
        heightPx: 2400,
        ruler: { x: 300, y: 900, degrees: 30 },
        lesion: { x: 1600, y: 900, a: 4, b: 3, degrees: 0 },
      }),
    );
    expect(findRuler(large)?.spacingPx).toBeCloseTo(90, 0);
  });

  test('of half millimetres is one whose marks a person says to be half a millimetre apart', () => {
    const [from, to] = [
      { x: 0, y: 0 },
      { x: 580, y: 0 },
    ];
    const ruler = { spacingPx: 20, relativeError: 0.01, directionDegrees: 0, marks: 30, from, to };
    expect(scaleOfRuler(ruler, 0.5).mmPerPx).toBe(0.025);
  });
});

test('hairs and a lesion are no ruler', () => {
  for (const seed of [1, 2, 3])
    expect(findRuler(drawScene(scene(0, 30, { ruler: null, seed, hairs: true })))).toBeNull();
});

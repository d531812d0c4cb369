import { describe, expect, test } from 'vitest';
import { firstThreeChannels, yCbCrToRgb } from '../../src/imaging/channels.ts';
import { type Directory, tag } from '../../src/imaging/tiff.ts';

test('of five channels the first three are the colours, pixel by pixel', () => {
  const samples = Uint8Array.from({ length: 20 }, (_, at) => at);
  const { widthPx, heightPx, pixels } = firstThreeChannels({
    ...{ widthPx: 2, heightPx: 2, channels: 5, samples },
  });
  expect([widthPx, heightPx]).toEqual([2, 2]);
  expect([...pixels]).toEqual([0, 1, 2, 5, 6, 7, 10, 11, 12, 15, 16, 17]);
});

describe('luminance and chrominance', () => {
  /** Black, white, a grey, and the same grey with full red chrominance; a fourth channel beside them. */
  const samples = Uint8Array.of(
    0,
    128,
    128,
    9,
    255,
    128,
    128,
    9,
    100,
    128,
    128,
    9,
    100,
    128,
    255,
    9,
  );
  const image = { widthPx: 2, heightPx: 2, channels: 4, samples };
  /** A page that says this, and nothing else. */
  const page = (said: Readonly<Record<number, readonly number[]>>) =>
    ({ numbers: (wanted: number) => said[wanted] ?? [] }) as unknown as Directory;
  const rgb = (said: Readonly<Record<number, readonly number[]>>) => [
    ...yCbCrToRgb(image, page(said)).pixels,
  ];
  // 100 + (2 − 2 · 0.299) · 127 is beyond 255; green is (100 − 0.299 · 278.054 − 0.114 · 100) / 0.587.
  const usual = [0, 0, 0, 255, 255, 255, 100, 100, 100, 255, 9, 100];

  test('are by BT.601 in their full range, where a file does not say', () => {
    expect(rgb({})).toEqual(usual);
  });

  test('are as the file says, or as usual where that is of no use', () => {
    const { referenceBlackWhite, yCbCrCoefficients } = tag;
    // Luminance from 50 to 150 only: 100 is half way, 127.5.
    const references = [50, 150, 128, 255, 128, 255];
    expect(rgb({ [referenceBlackWhite]: references }).slice(6, 9)).toEqual([128, 128, 128]);
    // Red alone makes luminance: red's chrominance adds nothing.
    expect(rgb({ [yCbCrCoefficients]: [1, 1, 0] }).slice(9)).toEqual([100, 0, 100]);
    for (const useless of [
      [1, 2],
      [Number.NaN, 0.5, 0.1],
    ])
      expect(rgb({ [yCbCrCoefficients]: useless })).toEqual(usual);
  });

  test.each([
    // 90 + (2 − 2 · 0.299) · 88, and what that leaves of the luminance for green.
    ['red', [90, 128, 216], [213, 27, 90]],
    // 90 + (2 − 2 · 0.114) · 88.
    ['blue', [90, 216, 128], [90, 60, 246]],
  ])('more of it makes %s, and less green', (_, sample, colour) => {
    const one = { widthPx: 1, heightPx: 1, channels: 3, samples: Uint8Array.from(sample) };
    expect([...yCbCrToRgb(one, page({})).pixels]).toEqual(colour);
  });

  test('of blue are measured from the black and white that the file says', () => {
    const one = { widthPx: 1, heightPx: 1, channels: 3, samples: Uint8Array.of(90, 120, 128) };
    const references = [0, 255, 100, 200, 128, 255];
    // 90 + (2 − 2 · 0.114) · 20 · 127 / 100.
    const { pixels } = yCbCrToRgb(one, page({ [tag.referenceBlackWhite]: references }));
    expect([pixels[0], pixels[2]]).toEqual([90, 135]);
  });
});

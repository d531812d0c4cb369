import sharp from 'sharp';
import { expect, test } from 'vitest';
import { tiffOf } from '../../src/imaging/profiled-tiff.ts';

const profile = Uint8Array.of(7, 8, 9, 10, 11);

/** The directory's entries, by TIFF 6.0: tag, type, count, and the value or where it lies. */
function entriesOf(file: Uint8Array): number[][] {
  const view = new DataView(file.buffer);
  const at = view.getUint32(4, true);
  return Array.from({ length: view.getUint16(at, true) }, (_, index) => {
    const entry = at + 2 + 12 * index;
    const [tag, type] = [view.getUint16(entry, true), view.getUint16(entry + 2, true)];
    const count = view.getUint32(entry + 4, true);
    const isShort = type === 3 && count === 1;
    return [
      tag,
      type,
      count,
      isShort ? view.getUint16(entry + 8, true) : view.getUint32(entry + 8, true),
    ];
  });
}

test.each([
  ['grey', 1, [[258, 3, 1, 8]], [[262, 3, 1, 1]], []],
  ['coloured', 3, [[258, 3, 3, 26]], [[262, 3, 1, 2]], []],
  ['partly transparent', 4, [[258, 3, 4, 32]], [[262, 3, 1, 2]], [[338, 3, 1, 2]]],
] as const)(
  'a %s picture states every tag that TIFF 6.0 asks of it, in their order',
  (_, channels, bits, kind, alpha) => {
    const pixelBytes = 3 * 2 * channels;
    const file = tiffOf({ widthPx: 3, heightPx: 2, channels, profile }, (pixels) =>
      pixels.fill(90),
    );
    expect(entriesOf(file)).toEqual([
      [256, 4, 1, 3],
      [257, 4, 1, 2],
      ...bits,
      [259, 3, 1, 1],
      ...kind,
      [273, 4, 1, 8],
      [277, 3, 1, channels],
      [278, 4, 1, 2],
      [279, 4, 1, pixelBytes],
      ...alpha,
      [34675, 7, profile.length, 8 + pixelBytes + 2 * channels],
    ]);
    expect(file.subarray(8, 8 + pixelBytes)).toEqual(new Uint8Array(pixelBytes).fill(90));
    expect(file.subarray(8 + pixelBytes + 2 * channels).subarray(0, profile.length)).toEqual(
      profile,
    );
  },
);

test('a picture of an odd number of bytes is read back as it was written', async () => {
  const pixels = Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80, 90);
  const file = tiffOf({ widthPx: 3, heightPx: 1, channels: 3, profile: undefined }, (target) =>
    target.set(pixels),
  );
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 3, height: 1, channels: 3 });
  expect([...data]).toEqual([...pixels]);
});

test.each([
  [3, 1, 3, profile],
  [3, 1, 3, undefined],
  [3, 1, 1, profile],
  [2, 2, 4, profile.subarray(0, 4)],
] as const)(
  'of %i × %i pixels in %i channels everything begins at an even byte, and nothing follows the directory',
  (widthPx, heightPx, channels, icc) => {
    const file = tiffOf({ widthPx, heightPx, channels, profile: icc }, () => {});
    const at = new DataView(file.buffer).getUint32(4, true);
    const entries = entriesOf(file);
    const starts = [258, 34675].flatMap((tag) =>
      entries.filter(([found, , count = 0]) => found === tag && count > 1).map(([, , , to]) => to),
    );
    expect([at, ...starts].map((to) => (to ?? 1) % 2)).toEqual([at, ...starts].map(() => 0));
    expect(file.length).toBe(at + 2 + 12 * entries.length + 4);
    const padded = (count: number) => count + (count % 2);
    const pixels = widthPx * heightPx * channels;
    expect(at).toBe(8 + padded(pixels) + 2 * channels + padded(icc?.length ?? 0));
    const bits = entries.find(([tag]) => tag === 258);
    if (channels === 1) expect(bits?.[3]).toBe(8);
    else
      expect([...file.subarray(bits?.[3]).subarray(0, 2 * channels)]).toEqual(
        Array.from({ length: channels }, () => [8, 0]).flat(),
      );
  },
);

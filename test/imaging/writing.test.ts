import { readdirSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Random } from '../../native-bridge/shared/random.ts';
import { Decoder } from '../../src/imaging/decoder.ts';
import type { RgbImage } from '../../src/imaging/rgb-image.ts';
import { type Box, findWriting } from '../../src/imaging/writing.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { lacks, sharedFile } from '../requirements.ts';
import { rgbOf } from './pictures.ts';

/** Five by seven, as an old camera's. */
const signs: Readonly<Record<string, string>> = {
  '0': '0e1113151911 0e',
  '2': '0e11010204081f',
  '3': '1f02040201110e',
  '8': '0e11110e11110e',
  A: '0e11111f111111',
  N: '11191513111111',
  E: '1f10101e10101f',
  R: '1e11111e141211',
};
const linesOf = (sign: string): number[] =>
  (signs[sign]?.replace(' ', '').match(/../g) ?? []).map((row) => Number.parseInt(row, 16));

const skin = [214, 168, 146] as const;

/** A plain picture of skin, on which `draw` sets what it wants. */
function drawn(
  draw: (set: (x: number, y: number, colour: readonly number[]) => void) => void,
): RgbImage {
  const [widthPx, heightPx] = [600, 450];
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  for (let at = 0; at < pixels.length; at++)
    pixels[at] = (skin[at % 3] ?? 0) + ((at * 7919) % 13) - 6;
  draw((x, y, colour) => {
    if (x < 0 || y < 0 || x >= widthPx || y >= heightPx) return;
    pixels.set(colour, 3 * (y * widthPx + x));
  });
  return { widthPx, heightPx, pixels };
}

const written = (text: string, dot: number, colour: readonly number[]) =>
  drawn((set) => {
    for (const [at, sign] of [...text].entries())
      for (const [row, bits] of linesOf(sign).entries())
        for (let column = 0; column < 5; column++)
          if (bits & (16 >> column))
            for (let n = 0; n < dot * dot; n++)
              set(
                20 + (at * 6 + column) * dot + (n % dot),
                300 + row * dot + Math.floor(n / dot),
                colour,
              );
  });

test.each([
  ['white', [255, 255, 255]],
  ['yellow', [255, 240, 40]],
  ['red', [220, 20, 20]],
  ['black', [10, 10, 10]],
])('%s signs on a line are found where they stand, small and large', (_, colour) => {
  for (const dot of [2, 3, 5]) {
    const lines = findWriting(written('ANNE2083', dot, colour));
    expect(lines).toHaveLength(1);
    const [line] = lines as [Box];
    expect(line.left).toBeLessThanOrEqual(20 + 6 * dot);
    expect(line.right).toBeGreaterThanOrEqual(20 + 40 * dot);
    expect(line.top).toBeGreaterThanOrEqual(299);
    expect(line.bottom).toBeLessThanOrEqual(301 + 7 * dot);
  }
});

test('the decoder tells where it is in a file, in shares of the upright picture', async () => {
  const { widthPx, heightPx, pixels } = written('ANNE2083', 4, [255, 255, 255]);
  const png = await sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toBuffer();
  const decoder = new Decoder(new NodeHost());
  onTestFinished(() => decoder.close());
  const fileName = 'anne.png';
  const parts = await decoder.findWriting(png, { fileName });
  expect(parts).toHaveLength(1);
  expect(parts[0]?.x).toBeCloseTo(20 / 600, 1);
  expect(parts[0]?.y).toBeCloseTo(300 / 450, 1);
  expect(parts[0]?.width).toBeCloseTo(188 / 600, 1);
  expect(parts[0]?.height).toBeCloseTo(28 / 450, 1);
  await expect(decoder.findWriting(new Uint8Array(0), { fileName })).rejects.toMatchObject({
    code: 'empty-file',
  });
});

test('less than four signs, signs that are too faint, and signs apart from each other are not', () => {
  const white = [255, 255, 255];
  expect(findWriting(written('ANE', 4, white))).toEqual([]);
  expect(findWriting(written('ANNE', 4, [226, 182, 160]))).toEqual([]);
  expect(findWriting(written('A   N   E   R   ', 4, white))).toEqual([]);
});

test('a scale, hairs and plain skin are no writing', () => {
  const black = [20, 20, 20];
  const scale = drawn((set) => {
    for (let mark = 0; mark < 24; mark++)
      for (let y = 0; y < (mark % 5 === 0 ? 30 : 18); y++)
        for (let x = 0; x < 3; x++) set(40 + mark * 20 + x, 400 - y, black);
  });
  const random = new Random(7);
  const hairs = drawn((set) => {
    for (let hair = 0; hair < 40; hair++) {
      const [x, y, length] = [random.below(600), random.below(450), 60 + random.below(200)];
      const [slope, bend] = [random.below(200) / 100 - 1, 10 + random.below(40)];
      for (let at = 0; at < length; at++)
        for (let width = 0; width < 2; width++)
          set(x + Math.round(at * slope + 8 * Math.sin(at / bend)) + width, y + at, black);
    }
  });
  for (const picture of [scale, hairs, drawn(() => {})]) expect(findWriting(picture)).toEqual([]);
});

const suite = 'writing on dermoscopic pictures';
describe.skipIf(lacks('shared', suite) || lacks('typefaces', suite))(suite, () => {
  const folder = sharedFile('data/ham10000/originals');
  const every = 4;
  const texts = ['MUELLER, ANNA 12.03.1961', '2024-05-17 14:32', 'ID 0048213', 'f. 23/11/1958 arm'];
  const colours = ['#fff', '#ff0', '#000', '#f00'];
  const faces = ['DejaVu Sans', 'DejaVu Serif', 'DejaVu Sans Mono'];

  test('is found in nine of ten where its letters are 12 to 48 pixels large, and in none where there is none', async () => {
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('.jpg'))
      .filter((_, at) => at % every === 0);
    expect(names.length).toBeGreaterThan(20);
    let tried = 0;
    let found = 0;
    for (const [at, name] of names.entries()) {
      const plain = await sharp(`${folder}/${name}`).png().toBuffer();
      expect([name, findWriting(await rgbOf(sharp(plain)))]).toEqual([name, []]);
      for (const [size, px] of [12, 16, 24, 48].entries()) {
        const pick = <T>(all: readonly T[]) => all[(at + size) % all.length];
        const svg = `<svg width="600" height="450"><text x="12" y="${at % 2 ? 430 : 60}" font-family="${pick(faces)}" font-size="${px}" fill="${pick(colours)}">${pick(texts)}</text></svg>`;
        const jpeg = await sharp(plain)
          .composite([{ input: Buffer.from(svg) }])
          .jpeg({ quality: 85 })
          .toBuffer();
        tried++;
        if (findWriting(await rgbOf(sharp(jpeg))).length > 0) found++;
      }
    }
    expect(found / tried).toBeGreaterThan(0.9);
  });
});

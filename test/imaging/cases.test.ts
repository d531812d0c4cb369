import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { Decoder } from '../../src/imaging/decoder.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { lacks, sharedFile } from '../requirements.ts';

const decoder = new Decoder(new NodeHost());
afterAll(() => decoder.close());

function read(name: string, tensorSize: number) {
  const bytes = readFileSync(sharedFile('cases', name));
  return decoder.read(bytes, { fileName: name, tensorSize });
}

/** The colour in the upper left of the square that the network sees. */
async function corner(name: string) {
  const size = 8;
  const { tensor } = await read(name, size);
  return [0, 1, 2].map((channel) => tensor[channel * size * size] ?? Number.NaN);
}

const suite = 'files that other programs read wrongly';
describe.skipIf(lacks('shared', suite))(suite, () => {
  test.each(['B02_skin16_srgbicc.png', 'B02_skin16_srgbicc.tif'])(
    '%s has the pixels of the same picture of 8 bits',
    async (name) => {
      const reference = await read('B02_ref_skin8.png', 100);
      expect((await read(name, 100)).tensor).toEqual(reference.tensor);
      expect(await corner(name)).toEqual([200, 150, 120]);
    },
  );

  test.each([
    ['B10_ycbcr_444.tif', [200, 150, 120]],
    ['B22_tiff_5band.tif', [200, 60, 60]],
    ['B19_jpeg_without_eoi_only.jpg', [200, 60, 60]],
  ])('%s has its colours', async (name, expected) => {
    for (const [channel, value] of (await corner(name)).entries())
      expect(Math.abs(value - (expected[channel] ?? 0))).toBeLessThanOrEqual(2);
  });

  test('of a TIFF whose first page is a reduced copy the whole picture is read', async () => {
    expect(await read('B22_tiff_reduced_page_first.tif', 1)).toMatchObject({
      widthPx: 64,
      heightPx: 48,
    });
  });

  test('Lab colours of 8 bits are refused as what they are', async () => {
    await expect(read('B22_lab8.tif', 1)).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('CIE Lab'),
    });
  });

  test('a make in Latin-1 is read rightly', async () => {
    expect((await read('B24_exif_latin1_make.jpg', 1)).device).toBe('Fotografía M1');
  });

  test.each(['black', 'white'])(
    'a picture in a wide %s frame is read as without it',
    async (background) => {
      const original = sharedFile('data/ham10000/originals', 'ISIC_0024310.jpg');
      const options = { fileName: 'a.jpg', tensorSize: 192 };
      const plain = await decoder.read(readFileSync(original), options);
      const frame = sharp({ create: { width: 1600, height: 900, channels: 3, background } });
      const framed = await frame
        .composite([{ input: original, gravity: 'centre' }])
        .jpeg({ quality: 95 })
        .toBuffer();
      const { tensor, qualityWarnings } = await decoder.read(framed, options);
      expect(qualityWarnings).toEqual(plain.qualityWarnings);
      const off = tensor.reduce(
        (sum, value, at) => sum + Math.abs(value - (plain.tensor[at] ?? 0)),
        0,
      );
      expect(off / tensor.length).toBeLessThan(2);
    },
  );

  test('a lens cap is dark and shows little skin', async () => {
    const { qualityWarnings } = await read('B08_black_lenscap.jpg', 144);
    expect(qualityWarnings).toEqual(expect.arrayContaining(['too-dark', 'little-skin']));
  });
});

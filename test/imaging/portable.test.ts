import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { Decoder, type PhantomRequest } from '../../src/imaging/decoder.ts';
import { distFile } from '../../src/processes/dist.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { lacks, sharedFile } from '../requirements.ts';
import { plain, textured } from './pictures.ts';

/** The product's decoder, in WebAssembly, and one with native libvips, which runs in no such confinement. */
const unconfined = new NodeHost(process.env, () => distFile('decoder.mjs'));
const native = new Decoder({ spawn: (_, args) => unconfined.spawn('bridge', args) });
const portable = new Decoder(new NodeHost());
afterAll(() => {
  native.close();
  portable.close();
});

/** A hash of all that a decoder makes of a file, or of what it says against it. */
async function outcome(decoder: Decoder, fileName: string, bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  try {
    const { tensor, thumbnail, ...facts } = await decoder.read(bytes, {
      fileName,
      tensorSize: 224,
    });
    const rendition = await decoder.render(bytes, { fileName, maxSidePx: 1000 });
    for (const part of [tensor, thumbnail, rendition.bytes, JSON.stringify(facts)])
      hash.update(part);
    return hash.digest('hex');
  } catch (error) {
    return String(error);
  }
}

async function expectSame(fileName: string, bytes: Uint8Array): Promise<void> {
  expect(await outcome(portable, fileName, bytes), fileName).toBe(
    await outcome(native, fileName, bytes),
  );
}

describe('both decoders make the same bytes of', () => {
  const picture = () => textured(611, 403, 7);
  test.each([
    ['a JPEG', () => picture().jpeg({ quality: 85 })],
    ['a JPEG without subsampling', () => picture().jpeg({ chromaSubsampling: '4:4:4' })],
    ['a progressive JPEG', () => picture().jpeg({ progressive: true })],
    ['a JPEG in CMYK', () => picture().toColourspace('cmyk').jpeg()],
    ['a grey JPEG', () => picture().greyscale().jpeg()],
    ['a turned JPEG', () => picture().jpeg().withMetadata({ orientation: 6 })],
    ['a JPEG with a profile', () => picture().jpeg().withIccProfile('p3')],
    ['a PNG', () => picture().png()],
    ['a PNG of 16 bits', () => picture().toColourspace('rgb16').png()],
    ['a PNG with a palette', () => picture().png({ palette: true, colours: 60 })],
    ['a transparent PNG', () => picture().ensureAlpha(0.4).png()],
    ['a TIFF', () => picture().tiff({ compression: 'lzw' })],
    ['a TIFF with a JPEG inside', () => picture().tiff({ compression: 'jpeg' })],
    ['a WebP', () => picture().webp()],
    ['a lossless WebP', () => picture().webp({ lossless: true })],
    ['an AVIF', () => picture().avif({ effort: 0 })],
    ['a GIF', () => picture().gif()],
    ['a picture of one colour', () => plain(300, 200, [200, 150, 120]).jpeg()],
  ])('%s', async (name, make) => expectSame(name, await make().toBuffer()));

  test('a damaged JPEG, about which they say the same', async () => {
    const bytes = await picture().jpeg().toBuffer();
    await expectSame('cut.jpg', bytes.subarray(0, bytes.length / 2));
  });

  test('a drawing of an invented lesion', async () => {
    const request: PhantomRequest = { seed: 3, kind: 'naevus', sizePx: [480, 360] };
    expect(await portable.drawPhantom(request)).toEqual(await native.drawPhantom(request));
  });

  const skipped = lacks('shared', 'files of the shared data folder, in both decoders');
  test.skipIf(skipped).each(['cases', 'data/ham10000/originals'])('all of %s', async (folder) => {
    for (const name of readdirSync(sharedFile(folder)).filter((each) => /\.\w{3}$/.test(each)))
      await expectSame(name, readFileSync(sharedFile(folder, name)));
  });
});

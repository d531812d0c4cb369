import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { CodecError } from '../../src/imaging/codec-error.ts';
import { type HeicFile, withHeic } from '../../src/imaging/heic.ts';
import { openSource } from '../../src/imaging/source.ts';

type Call = (...numbers: number[]) => number;
interface Library {
  HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc: Call;
  [name: string]: Call | Uint8Array<ArrayBuffer>;
}

/** What takes something from the library, and what gives it back. */
const pairs = [
  ['_malloc', '_free'],
  ['_heif_context_alloc', '_heif_context_free'],
  ['_heif_context_get_primary_image_handle', '_heif_image_handle_release'],
  ['_heif_decode_image', '_heif_image_release'],
] as const;

/** Calls that stand in for the library's own, each with that one; emptied before each test. */
let standIns: Record<string, (real: Call, ...numbers: number[]) => number> = {};
let counts: Record<string, number> = {};
let made = 0;
let library: Library;

const require = createRequire(import.meta.url);
const name = require.resolve('libheif-js/libheif-wasm/libheif-bundle.js');
const make = require(name) as () => Library;
const kept = require.cache[name];
if (kept) kept.exports = watched;

function watched(): Library {
  made += 1;
  library = make();
  return new Proxy(library, {
    get: (target, property: string) => {
      const real = target[property];
      if (typeof real !== 'function') return real;
      counts[property] = (counts[property] ?? 0) + 1;
      const standIn = standIns[property];
      return standIn ? (...numbers: number[]) => standIn(real, ...numbers) : real;
    },
  });
}

const fixture = (file: string) => readFileSync(path.join(import.meta.dirname, 'codecs', file));
const decoded = (file: HeicFile) => file.decode();
const setInt = (at: number, value: number) =>
  new DataView(library.HEAPU8.buffer).setInt32(at, value, true);

function failureOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error instanceof CodecError ? error.code : error;
  }
}

beforeEach(() => {
  standIns = {};
  withHeic(fixture('plain.heic'), decoded);
  counts = {};
});

describe('what a file takes of the library’s memory is given back', () => {
  const held = () => pairs.map(([take, give]) => (counts[take] ?? 0) - (counts[give] ?? 0));

  // The numbers that colours are told by are taken inside the library: one more is given back.
  test.each([
    ['plain.heic', -1],
    ['turned.heic', -1],
    ['transparent.heic', -1],
    ['display-p3.heic', 0],
  ])('with %s', (file, taken) => {
    const { exif } = withHeic(fixture(file), (heic) => ({ exif: heic.exif, tiff: heic.decode() }));
    expect(exif !== undefined).toBe(file === 'turned.heic');
    expect(held()).toEqual([taken, 0, 0, 0]);
  });

  test('where the picture is of no use to the caller', () => {
    const failure = new Error('too large');
    const refuse = () => {
      throw failure;
    };
    expect(failureOf(() => withHeic(fixture('plain.heic'), refuse))).toBe(failure);
    expect(held()).toEqual([0, 0, 0, 0]);
  });

  test('where there is no picture in it', () => {
    expect(failureOf(() => withHeic(fixture('plain.heic').subarray(0, 40), decoded))).toBe(
      'damaged',
    );
    expect(held()).toEqual([0, 0, 0, 0]);
  });
});

test('nothing is written beside what was taken of the library’s memory', () => {
  const guard = Buffer.alloc(16, 0xa5);
  const ends = new Map<number, number>();
  standIns._malloc = (real, bytes = 0) => {
    const at = real(bytes + guard.length);
    ends.set(at, at + bytes);
    library.HEAPU8.set(guard, at + bytes);
    return at;
  };
  const behind: Buffer[] = [];
  standIns._free = (real, at = 0) => {
    const end = ends.get(at);
    ends.delete(at);
    if (end !== undefined) behind.push(Buffer.from(library.HEAPU8.slice(end, end + guard.length)));
    return real(at);
  };
  // As if there were as many blocks as there is said to be room for.
  standIns._heif_image_handle_get_list_of_metadata_block_IDs = (real, ...numbers) => {
    const [, , ids = 0, count = 0] = numbers;
    for (let block = 1; block < count; block++) setInt(ids + 4 * block, block);
    return real(...numbers);
  };
  for (const file of ['turned.heic', 'display-p3.heic', 'transparent.heic'])
    withHeic(fixture(file), decoded);
  expect(ends.size).toBe(0);
  expect(behind).toEqual(behind.map(() => guard));
  // Of each the file, what answers come in, and the kind of block; one block, and one profile.
  expect(behind.length).toBe(3 * 3 + 2);
});

test.each([
  ['unsupported', 3, 0],
  ['unsupported', 4, 0],
  ['unsupported', 11, 0],
  ['unsupported', 2, 3000],
  ['unsupported', 2, 3001],
  ['unsupported', 2, 3007],
  ['unsupported', 2, 6003],
  ['damaged', 1, 0],
  ['damaged', 2, 100],
  ['damaged', 5, 0],
  ['damaged', 12, 0],
  ['damaged', 2, 3002],
  ['damaged', 2, 6004],
])('a file is %s where libheif says %i.%i', (kind, code, subcode) => {
  standIns._heif_context_read_from_memory_without_copy = (_, error = 0) => {
    setInt(error, code);
    setInt(error + 4, subcode);
    return 0;
  };
  expect(failureOf(() => withHeic(fixture('plain.heic'), decoded))).toBe(kind);
});

test('a file that makes the library trap is damaged, and the next one has another library', () => {
  standIns._heif_decode_image = () => {
    throw Object.assign(new Error('unreachable'), { name: 'RuntimeError' });
  };
  const before = made;
  expect(failureOf(() => withHeic(fixture('plain.heic'), decoded))).toBe('damaged');
  expect(counts._heif_context_free).toBeUndefined();
  standIns = {};
  expect(withHeic(fixture('plain.heic'), ({ widthPx }) => widthPx)).toBe(96);
  expect(withHeic(fixture('plain.heic'), ({ widthPx }) => widthPx)).toBe(96);
  expect(made).toBe(before + 1);
});

test('a picture that says it is larger than is read is refused before it is decoded', async () => {
  standIns._heif_image_handle_get_width = () => 1_000_000;
  await expect(openSource('a.heic', fixture('plain.heic'))).rejects.toMatchObject({
    code: 'image-too-large',
  });
  expect(counts._heif_decode_image).toBeUndefined();
});

describe('a picture that libheif decodes', () => {
  test.each([
    ['plain.heic', 3, 10],
    ['transparent.heic', 4, 11],
  ])('is asked for as %s has it: in %i channels, and without options', (file, channels, chroma) => {
    const asked: number[][] = [];
    standIns._heif_context_read_from_memory_without_copy = (real, ...numbers) => {
      asked.push(numbers.slice(4));
      return real(...numbers);
    };
    standIns._heif_decode_image = (real, ...numbers) => {
      asked.push(numbers.slice(3));
      return real(...numbers);
    };
    const { length } = withHeic(fixture(file), decoded);
    // RGB, interleaved, with or without alpha (`heif.h`).
    expect(asked).toEqual([[0], [1, chroma, 0]]);
    expect(Math.floor(length / (96 * 64))).toBe(channels);
  });

  test.each([
    ['to nothing', 0, 0],
    ['to shorter rows than it says', 1, -1],
  ])('%s is damaged', (_, found, more) => {
    standIns._heif_image_get_plane_readonly = (real, image = 0, channel = 0, stride = 0) => {
      const plane = real(image, channel, stride);
      setInt(stride, 96 * 3 + more);
      return plane * found;
    };
    expect(failureOf(() => withHeic(fixture('plain.heic'), decoded))).toBe('damaged');
  });

  test.each([0, 8])('to rows with %i bytes behind them is read row by row', (more) => {
    const rowBytes = 96 * 3;
    const rows = Array.from({ length: 64 }, (_, y) =>
      Uint8Array.from({ length: rowBytes + more }, (__, x) => (x < rowBytes ? x + 3 * y : 255)),
    );
    standIns._heif_image_get_plane_readonly = (_, __, ___, stride = 0) => {
      const plane = library._malloc(rows.length * (rowBytes + more));
      for (const [y, row] of rows.entries()) library.HEAPU8.set(row, plane + y * (rowBytes + more));
      setInt(stride, rowBytes + more);
      return plane;
    };
    const tiff = withHeic(fixture('plain.heic'), decoded);
    const wanted = Buffer.concat(rows.map((row) => row.subarray(0, rowBytes)));
    expect(Buffer.compare(tiff.subarray(8, 8 + wanted.length), wanted)).toBe(0);
  });
});

describe('the block of a telephone’s details', () => {
  const exifOf = (size: number, offset: number) => {
    standIns._heif_image_handle_get_metadata_size = () => size;
    standIns._heif_image_handle_get_metadata = (_, error = 0, __, ___, to = 0) => {
      setInt(error, 0);
      library.HEAPU8.set(
        Uint8Array.from({ length: size }, (____, at) => at),
        to,
      );
      if (size >= 4) new DataView(library.HEAPU8.buffer).setUint32(to, offset);
      return 0;
    };
    const { exif } = withHeic(fixture('turned.heic'), (heic) => ({ exif: heic.exif }));
    return exif && [...exif];
  };

  test.each([
    [12, 0, [4, 5, 6, 7, 8, 9, 10, 11]],
    [12, 6, [10, 11]],
    [12, 8, []],
    [12, 1000, []],
    [4, 0, []],
    [3, 0, undefined],
    [0, 0, undefined],
  ])('of %i bytes begins %i behind its first four', (size, offset, bytes) => {
    expect(exifOf(size, offset)).toEqual(bytes);
  });
});

describe('colours', () => {
  const plain = fixture('plain.heic');

  test.each(['prof', 'rICC'])('with an ICC profile, as %s, keep it', async (kind) => {
    const bytes = fixture('display-p3.heic');
    bytes.write(kind, bytes.indexOf('colrprof') + 4);
    const { icc: wanted } = await sharp(fixture('display-p3.png')).metadata();
    const { icc } = await sharp(withHeic(bytes, decoded)).metadata();
    expect(icc?.equals(wanted ?? Buffer.alloc(0))).toBe(true);
  });

  test('of which nothing is said are read as they are', () => {
    const bytes = Buffer.from(plain);
    bytes.write('free', bytes.indexOf('colrnclx'));
    expect(withHeic(bytes, decoded)).toEqual(withHeic(plain, decoded));
  });

  test.each([
    [1, 13],
    [2, 13],
    [5, 13],
    [6, 13],
    [1, 1],
    [1, 2],
    [1, 6],
  ])('%i with transfer %i, as good as those of sRGB, are read as they are', (...kind) => {
    expect(withHeic(inColours(plain, kind), decoded)).toEqual(withHeic(plain, decoded));
  });

  test.each([
    [4, 13],
    [7, 13],
    [9, 13],
    [12, 13],
    [1, 4],
    [1, 7],
    [1, 14],
    [1, 16],
    [1, 18],
    [9, 16],
  ])('%i with transfer %i are refused: they would be shown wrongly', async (...kind) => {
    await expect(openSource('a.heic', inColours(plain, kind))).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('a.heic is a HEIC picture of a kind that is not read'),
    });
  });
});

/** The HEIC file with other code points of its colours (ITU-T H.273): primaries, and transfer. */
function inColours(heic: Buffer, [primaries, transfer]: readonly [number, number]): Buffer {
  const changed = Buffer.from(heic);
  const at = heic.indexOf('nclx', 0, 'latin1');
  changed.writeUInt16BE(primaries, at + 4);
  changed.writeUInt16BE(transfer, at + 6);
  return changed;
}

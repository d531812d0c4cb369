import { describe, expect, test } from 'vitest';
import { readCaptureDetails } from '../../src/imaging/exif.ts';
import { isCameraRaw, mainPage } from '../../src/imaging/tiff.ts';
import { seededRandom } from './pictures.ts';

type Entry = readonly [tag: number, value: string | number];

/** A TIFF structure with a main directory and, behind tag 0x8769, an EXIF directory. */
function tiff(main: readonly Entry[], exif: readonly Entry[] = [], littleEndian = true) {
  const block = new Uint8Array(2048);
  const view = new DataView(block.buffer);
  block.set(littleEndian ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, 8, littleEndian);
  let free = 1024;
  const write = (at: number, entries: readonly Entry[]) => {
    view.setUint16(at, entries.length, littleEndian);
    entries.forEach(([tag, value], index) => {
      const entry = at + 2 + 12 * index;
      view.setUint16(entry, tag, littleEndian);
      if (typeof value === 'number') {
        view.setUint16(entry + 2, 4, littleEndian);
        view.setUint32(entry + 4, 1, littleEndian);
        view.setUint32(entry + 8, value, littleEndian);
        return;
      }
      const text = new TextEncoder().encode(`${value}\0`);
      view.setUint16(entry + 2, 2, littleEndian);
      view.setUint32(entry + 4, text.length, littleEndian);
      if (text.length <= 4) block.set(text, entry + 8);
      else {
        view.setUint32(entry + 8, free, littleEndian);
        block.set(text, free);
        free += text.length;
      }
    });
  };
  write(8, [...main, [0x8769, 512]]);
  write(512, exif);
  return block;
}

const make = 0x010f;
const model = 0x0110;
const dateTimeOriginal = 0x9003;

describe('capture details', () => {
  test('are read in either byte order, with or without the Exif prefix', () => {
    for (const littleEndian of [true, false]) {
      const block = tiff(
        [
          [make, 'Canon'],
          [model, 'EOS 5D'],
        ],
        [[dateTimeOriginal, '2024:02:29 23:59:58']],
        littleEndian,
      );
      const expected = { capturedAt: '2024-02-29T23:59:58', device: 'Canon EOS 5D' };
      expect(readCaptureDetails(block)).toEqual(expected);
      const prefixed = Buffer.concat([Buffer.from('Exif\0\0'), block]);
      expect(readCaptureDetails(prefixed)).toEqual(expected);
    }
  });

  test('a time that no clock shows is not kept', () => {
    for (const written of [
      '0000:00:00 00:00:00',
      '2023:02:29 10:00:00',
      '2024:13:01 10:00:00',
      '2024:01:01 25:00:00',
      '    :  :     :  :  ',
      'yesterday',
      '',
    ])
      expect(readCaptureDetails(tiff([], [[dateTimeOriginal, written]])).capturedAt).toBeNull();
  });

  test('a time of the picture’s own directory is none of its capture, with an EXIF directory and without', () => {
    const block = tiff([[dateTimeOriginal, '2024:02:29 23:59:58']]);
    expect(readCaptureDetails(block).capturedAt).toBeNull();
    const view = new DataView(block.buffer);
    // Four bytes further on, where its entries are in step with the file's first bytes, and without its last one.
    block.copyWithin(12, 8, 500);
    view.setUint32(4, 12, true);
    view.setUint16(12, 1, true);
    expect(readCaptureDetails(block).capturedAt).toBeNull();
  });

  test('the first year that a picture may be of is 1901', () => {
    const taken = (written: string) =>
      readCaptureDetails(tiff([], [[dateTimeOriginal, written]])).capturedAt;
    expect(taken('1900:12:31 23:59:59')).toBeNull();
    expect(taken('1901:01:01 00:00:00')).toBe('1901-01-01T00:00:00');
  });

  test('a device name keeps printable characters only and a bounded length', () => {
    const device = (maker: string, type: string) =>
      readCaptureDetails(
        tiff([
          [make, maker],
          [model, type],
        ]),
      ).device;
    expect(device('NIKON CORPORATION', 'NIKON D850')).toBe('NIKON CORPORATION NIKON D850');
    expect(device('Apple', 'apple iPhone 15')).toBe('apple iPhone 15');
    expect(device('<b>Evil</b>\u202e\u0007', 'x\n\ty')).toBe('b Evil /b x y');
    expect(device('M'.repeat(300), 'X')).toHaveLength(80);
    expect(device('ABC', '')).toBe('ABC');
    expect(device('   ', '\u0001')).toBeNull();
  });

  test('a device name is UTF-8 or, where it is not, Latin-1', () => {
    const block = tiff([[make, 'Fotograf\u00eda']]);
    expect(readCaptureDetails(block).device).toBe('Fotografía');
    const at = Buffer.from(block.buffer).indexOf('Fotograf');
    block.set(Buffer.from('Fotograf\u00eda\0', 'latin1'), at);
    expect(readCaptureDetails(block).device).toBe('Fotografía');
  });

  test('nonsense yields nothing, never an error', () => {
    const sound = tiff([[make, 'Canon']], [[dateTimeOriginal, '2024:02:29 23:59:58']]);
    const random = seededRandom(7);
    for (let round = 0; round < 3000; round++) {
      const block = sound.slice(0, Math.floor(random() * sound.length));
      for (let flips = 0; flips < 8; flips++)
        block[Math.floor(random() * 600)] = Math.floor(random() * 256);
      expect(() => readCaptureDetails(block)).not.toThrow();
      expect(() => isCameraRaw(block)).not.toThrow();
    }
    expect(readCaptureDetails(new Uint8Array(0))).toEqual({ capturedAt: null, device: null });
  });
});

describe('raw camera files', () => {
  test('are told by their DNG version or by a preview in the first place', () => {
    expect(isCameraRaw(tiff([[0xc612, 0x01040000]]))).toBe(true);
    expect(isCameraRaw(tiff([[0x00fe, 1]]))).toBe(true);
    expect(isCameraRaw(tiff([[0x00fe, 0]]))).toBe(false);
    expect(isCameraRaw(tiff([[make, 'Canon']]))).toBe(false);
  });

  test('are not those TIFF files that have a reduced copy before the picture', () => {
    const block = tiff([[0x00fe, 1]]);
    const view = new DataView(block.buffer);
    // A second page follows the first; what is beneath it would be a raw picture's directory.
    view.setUint32(8 + 2 + 12 * 2, 512, true);
    expect(isCameraRaw(block)).toBe(false);
    expect(mainPage(block)?.index).toBe(1);
    const raw = tiff([
      [0x00fe, 1],
      [0x014a, 700],
    ]);
    new DataView(raw.buffer).setUint32(8 + 2 + 12 * 3, 512, true);
    expect(isCameraRaw(raw)).toBe(true);
  });
});

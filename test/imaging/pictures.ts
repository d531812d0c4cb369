import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { RgbImage } from '../../src/imaging/rgb-image.ts';
import type { HostedProcess, ProcessHost } from '../../src/processes/host.ts';
import { NodeHost } from '../../src/processes/node-host.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** A picture of one colour. */
export function plain(width: number, height: number, colour: Colour): Sharp {
  const [r, g, b] = colour;
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
}

/** Its pixels in sRGB; what is transparent is black. */
export async function rgbOf(picture: Sharp): Promise<RgbImage> {
  const { data, info } = await picture
    .flatten()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, pixels: data };
}

export const quadrants = {
  topLeft: [200, 40, 40],
  topRight: [40, 200, 40],
  bottomLeft: [40, 40, 200],
  bottomRight: [200, 200, 40],
} as const satisfies Record<string, Colour>;

/** Four quadrants of different colours. */
export function fourColours(width: number, height: number): Sharp {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isLeft = x < width / 2;
      const upper = isLeft ? quadrants.topLeft : quadrants.topRight;
      const lower = isLeft ? quadrants.bottomLeft : quadrants.bottomRight;
      pixels.set(y < height / 2 ? upper : lower, (y * width + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A picture with detail everywhere, the same for the same seed. */
export function textured(width: number, height: number, seed = 1): Sharp {
  const random = seededRandom(seed);
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = 90 + Math.floor(random() * 90);
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** Park & Miller's minimal standard generator: numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = (Math.abs(seed) % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state - 1) / 2147483646;
  };
}

/** The colour of one pixel of a planar tensor. */
export function colourAt(tensor: Uint8Array, size: number, x: number, y: number): number[] {
  return [0, 1, 2].map((channel) => tensor[channel * size * size + y * size + x] ?? Number.NaN);
}

/** A host that remembers what it started and can act when a decoder is handed a file. */
export class WatchedHost implements ProcessHost {
  readonly started: HostedProcess[] = [];
  /** Called just after a decoder was sent a call of this name. */
  onCall: ((name: string, decoder: HostedProcess) => void) | undefined;
  /** Hides process ids, as a host may that does not know them. */
  isPidHidden = false;
  readonly #host = new NodeHost();

  spawn(name: 'decoder', args: readonly string[] = []): HostedProcess {
    const hosted = this.#host.spawn(name, args);
    const watched: HostedProcess = {
      ...hosted,
      pid: this.isPidHidden ? undefined : hosted.pid,
      link: {
        ...hosted.link,
        send: (message) => {
          hosted.link.send(message);
          const { name: call } = message as { name?: string };
          if (call !== undefined) this.onCall?.(call, watched);
        },
      },
    };
    this.started.push(watched);
    return watched;
  }
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** A PNG with this profile, whatever its bits are: its numbers stay. */
export function withProfile(png: Buffer, icc: Buffer): Buffer {
  const afterHeader = 33;
  const chunk = pngChunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(icc)]));
  return Buffer.concat([png.subarray(0, afterHeader), chunk, png.subarray(afterHeader)]);
}

/** The profile of a device of greys whose light is the number to the power of `gamma` (ICC.1:2001-04). */
export function greyProfile(gamma: number): Buffer {
  const [headerBytes, entryBytes] = [128, 12];
  const d50 = [0.9642, 1, 0.8249].map((value) => Math.round(value * 65_536));
  const white = Buffer.alloc(20);
  white.write('XYZ ', 'latin1');
  const curve = Buffer.alloc(16);
  curve.write('curv', 'latin1');
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(gamma * 256), 12);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(0x02400000, 8);
  header.write('mntrGRAYXYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  for (const [index, value] of d50.entries()) {
    white.writeInt32BE(value, 8 + 4 * index);
    header.writeInt32BE(value, 68 + 4 * index);
  }
  const tags = [
    ['wtpt', white],
    ['kTRC', curve],
  ] as const;
  const table = Buffer.alloc(4 + entryBytes * tags.length);
  table.writeUInt32BE(tags.length, 0);
  let length = headerBytes + table.length;
  for (const [index, [name, body]] of tags.entries()) {
    const at = 4 + entryBytes * index;
    table.write(name, at, 'latin1');
    table.writeUInt32BE(length, at + 4);
    table.writeUInt32BE(body.length, at + 8);
    length += body.length;
  }
  header.writeUInt32BE(length, 0);
  return Buffer.concat([header, table, white, curve]);
}

/** The quality that a JPEG was written with, from the last number of its last table (ITU-T T.81, K.1: 99 for 50). */
export function qualityOf(jpeg: Uint8Array): number {
  const at = Buffer.from(jpeg).lastIndexOf('ffdb', undefined, 'hex');
  const last = jpeg[at + 2 + 2 + 64] ?? Number.NaN;
  return Math.round(100 - (50 * last) / 99);
}

/** A PNG of one bit a pixel that is opened by its header alone. */
export function largePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(100))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { HostedProcess, ProcessHost } from '../../src/processes/host.ts';
import { NodeHost } from '../../src/processes/node-host.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** A picture of one colour. */
export function plain(width: number, height: number, colour: Colour): Sharp {
  const [r, g, b] = colour;
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
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

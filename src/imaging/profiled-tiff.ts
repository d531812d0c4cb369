/** Pixels to come, as a codec gives them: rows from the top, channels interleaved, no gaps. */
export interface PictureLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Grey, red-green-blue, or the latter with alpha; 8 bits each. */
  readonly channels: 1 | 3 | 4;
  /** An ICC profile of these channels; without one they are sRGB. */
  readonly profile: Uint8Array | undefined;
}

const type = { short: 3, long: 4, undefined: 7 } as const;
const entryBytes = 12;

/**
 * An uncompressed TIFF of one strip, the plainest file by which libvips is given pixels together with their
 * profile (TIFF 6.0; the profile's tag is ICC.1:2010, annex B.4). `fill` writes the pixels where they belong
 * in it: a second copy of a large picture would be beyond the decoder's memory.
 */
export function tiffOf(layout: PictureLayout, fill: (pixels: Uint8Array) => void): Uint8Array {
  const { widthPx, heightPx, channels, profile } = layout;
  const pixelBytes = widthPx * heightPx * channels;
  const isGrey = channels === 1;
  const bits = new Uint8Array(channels * 2);
  for (let channel = 0; channel < channels; channel++) bits[channel * 2] = 8;
  const pixelsAt = 8;
  const bitsAt = pixelsAt + even(pixelBytes);
  const profileAt = bitsAt + bits.length;
  const directoryAt = profileAt + even(profile?.length ?? 0);
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, type.long, 1, widthPx],
    [257, type.long, 1, heightPx],
    [258, type.short, channels, isGrey ? 8 : bitsAt],
    [259, type.short, 1, 1],
    [262, type.short, 1, isGrey ? 1 : 2],
    [273, type.long, 1, pixelsAt],
    [277, type.short, 1, channels],
    [278, type.long, 1, heightPx],
    [279, type.long, 1, pixelBytes],
  ];
  // Unassociated alpha.
  if (channels === 4) entries.push([338, type.short, 1, 2]);
  if (profile) entries.push([34675, type.undefined, profile.length, profileAt]);

  const file = new Uint8Array(directoryAt + 2 + entries.length * entryBytes + 4);
  const view = new DataView(file.buffer);
  file.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, directoryAt, true);
  fill(file.subarray(pixelsAt, pixelsAt + pixelBytes));
  file.set(bits, bitsAt);
  if (profile) file.set(profile, profileAt);
  view.setUint16(directoryAt, entries.length, true);
  entries.forEach(([tag, kind, count, value], index) => {
    const at = directoryAt + 2 + index * entryBytes;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, kind, true);
    view.setUint32(at + 4, count, true);
    // With the least byte first, a short is the same as a long of its value.
    view.setUint32(at + 8, value, true);
  });
  return file;
}

const even = (count: number): number => count + (count % 2);

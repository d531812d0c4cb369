/** What the decoder accepts and spends; `docs/imaging.md` gives the reasons. */

/** Above 8192 × 6144, the largest picture that a "50 megapixel" camera writes. */
export const maxPixels = 52_000_000;

/**
 * For the largest picture on a slow computer: 49 megapixels of noise need 2.5 s with the native libvips and
 * 4 s with the one in WebAssembly on the machine of docs/benchmarks.md, above 5 s in an older Electron.
 */
export const defaultTimeMs = 10_000;

/** WebAssembly's codecs hold some 150 MiB before the first pixel; 36 megapixels of noise need more than 640 in a PNG. */
export const defaultMemoryMib = 768;

/** Writing is looked for in a picture of this size: a sign of 7 of its pixels is 14 of a 12-megapixel camera's. */
export const writingSidePx = 2000;

export const thumbnailSidePx = 320;

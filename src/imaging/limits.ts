/** What the decoder accepts and spends; `docs/imaging.md` gives the reasons. */

/** Above 8192 × 6144, the largest picture that a "50 megapixel" camera writes. */
export const maxPixels = 52_000_000;

export const defaultTimeMs = 5_000;

export const defaultMemoryMib = 512;

export const thumbnailSidePx = 320;

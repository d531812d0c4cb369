/** A decoded picture and its reductions, each half of the one before. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly levels: readonly ImageBitmap[];
}

/** Below this many pixels on its longer side a picture is not reduced further. */
const smallestPx = 700;

export async function decodePicture(blob: Blob, size: { widthPx: number; heightPx: number }) {
  const levels = [await createImageBitmap(blob)];
  for (let last = levels[0]; last && Math.max(last.width, last.height) > 2 * smallestPx; ) {
    const half = await createImageBitmap(last, {
      resizeWidth: Math.ceil(last.width / 2),
      resizeHeight: Math.ceil(last.height / 2),
      resizeQuality: 'medium',
    });
    levels.push(half);
    last = half;
  }
  const { widthPx, heightPx } = size;
  return { widthPx, heightPx, levels } satisfies Picture;
}

export function release(picture: Picture | undefined): void {
  for (const level of picture?.levels ?? []) level.close();
}

/** The smallest reduction that still has a pixel for each of the screen's. */
export function levelFor({ levels }: Picture, drawnWidthPx: number): ImageBitmap | undefined {
  return levels.findLast(({ width }) => width >= drawnWidthPx) ?? levels[0];
}

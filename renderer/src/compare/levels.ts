/** Below this many pixels on its longer side a picture is not reduced further. */
const smallestPx = 700;

/** A decoded picture and its reductions, each half of the one before. */
export async function levelsOf(blob: Blob): Promise<ImageBitmap[]> {
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
  return levels;
}

import { Aside } from './aside.ts';
import { levelsOf } from './levels.ts';

/** A decoded picture and its reductions, each half of the one before. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly levels: readonly ImageBitmap[];
}

const decoding = new Aside(
  () => new Worker(new URL('./levels-worker.ts', import.meta.url), { type: 'module' }),
  levelsOf,
);

export async function decodePicture(
  blob: Blob,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): Promise<Picture> {
  return { widthPx, heightPx, levels: await decoding.run(blob) };
}

export function release(picture: Picture | undefined): void {
  for (const level of picture?.levels ?? []) level.close();
}

/** The smallest reduction that still has a pixel for each of the screen's. */
export function levelFor({ levels }: Picture, drawnWidthPx: number): ImageBitmap | undefined {
  return levels.findLast(({ width }) => width >= drawnWidthPx) ?? levels[0];
}

import { type Verdict, verdictOf } from '../wording/verdict.ts';
import { inTime } from './image-strip.tsx';
import type { LesionRecord } from './lesion-card.tsx';

/** Of each lesion that has images: the verdict on the last of its strip. */
export function newestVerdicts(lesions: readonly LesionRecord[]): Map<string, Verdict | null> {
  return new Map(
    lesions.flatMap(({ lesion, images }) => {
      const newest = inTime(images).at(-1);
      return newest ? [[lesion.id, verdictOf(newest.reading)] as const] : [];
    }),
  );
}

export function newestImages(lesions: readonly LesionRecord[]): Map<string, string> {
  return new Map(
    lesions.flatMap(({ lesion, images }) => {
      const newest = inTime(images).at(-1);
      return newest ? [[lesion.id, newest.image.id] as const] : [];
    }),
  );
}

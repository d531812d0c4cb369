import { daysBetween } from '../../../src/clinic/entities/days.ts';
import { byText } from '../../../src/clinic/entities/order.ts';
import type { StationOutput } from '../station/connection.ts';

export type LesionRecord = StationOutput<'lesions.get'>;
export type LesionImageEntry = LesionRecord['images'][number];

/** The images of one day, by their cameras. */
export interface Visit {
  readonly day: string;
  readonly images: readonly LesionImageEntry[];
  /** Days since the visit before; `null` for the first. */
  readonly sinceDays: number | null;
}

export interface Timeline {
  readonly visits: readonly Visit[];
  /** Whose day of capture the camera did not say: they stand beside the axis, in the order of import. */
  readonly undated: readonly LesionImageEntry[];
}

/** A longer pause than this is drawn as a gap, and no line is led over it. */
export const gapDays = 550;

/** By the day of capture, whenever the images were imported. */
export function timelineOf(images: readonly LesionImageEntry[]): Timeline {
  const undated = images.filter(({ image }) => image.capturedAt === null);
  const byDay = Map.groupBy(
    images.filter(({ image }) => image.capturedAt !== null).toSorted(byText(capturedAt)),
    (entry) => capturedAt(entry).slice(0, 10),
  );
  const days = [...byDay.keys()];
  const visits = days.map((day, index): Visit => {
    const before = days[index - 1];
    return {
      day,
      images: byDay.get(day) ?? [],
      sinceDays: before === undefined ? null : daysBetween(before, day),
    };
  });
  return { visits, undated };
}

const capturedAt = ({ image }: LesionImageEntry): string => image.capturedAt ?? '';

/** All images as they are gone through: those of known days first, then the others. */
export const inOrder = ({ visits, undated }: Timeline): LesionImageEntry[] => [
  ...visits.flatMap((visit) => visit.images),
  ...undated,
];

/** The first of the first and the last of the last visit; where days are missing, of the imports. */
export function widestPair(timeline: Timeline): string[] {
  const all = inOrder(timeline);
  const first = all[0];
  const last = timeline.visits.at(-1)?.images.at(-1) ?? all.at(-1);
  const pair = first && last && first !== last ? [first, last] : all.slice(0, 2);
  return pair.length === 2 ? pair.map(({ image }) => image.id) : [];
}

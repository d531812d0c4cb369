import { z } from 'zod';
import { overviewPoint, overviewRegion } from './overviews.ts';
import { id, instant } from './primitives.ts';

/** Fields of a form with what they said. */
const fields = z.record(z.string(), z.json());

/** What is done and taken back; with that by which it is seen whether the record is as it was left. */
export const recentAct = z.discriminatedUnion('act', [
  z.object({ act: z.literal('patient.update'), before: fields, after: fields }),
  z.object({ act: z.literal('lesion.update'), before: fields, after: fields }),
  z.object({ act: z.literal('patient.archive'), archivedAt: instant }),
  z.object({ act: z.literal('patient.merge') }),
  z.object({ act: z.literal('lesion.close'), on: z.iso.date(), reason: z.string() }),
  z.object({ act: z.literal('lesion.remove'), removedAt: instant }),
  z.object({ act: z.literal('image.remove'), removedAt: instant }),
  z.object({ act: z.literal('lesion.merge'), removedAt: instant, intoLesionId: id }),
  z.object({ act: z.literal('image.move'), imageIds: z.array(id).min(1), toLesionId: id }),
  z.object({
    act: z.literal('overview.update'),
    before: z.object({ region: overviewRegion }),
    after: z.object({ region: overviewRegion }),
  }),
  /** Null where it was, or is, not marked. */
  z.object({
    act: z.literal('overview.mark'),
    lesionId: id,
    before: overviewPoint.nullable(),
    after: overviewPoint.nullable(),
  }),
  z.object({ act: z.literal('overview.remove'), removedAt: instant }),
]);
export type RecentAct = z.infer<typeof recentAct>;

/** Something that a user did lately. */
export const recentChange = z.object({
  id,
  at: instant,
  patientId: id,
  /** A patient, a merge, a lesion, an overview photograph, or the first of some images. */
  subjectId: id,
  did: recentAct,
  undoneAt: instant.nullable(),
});
export type RecentChange = z.infer<typeof recentChange>;

/** The fields of an edit that it changed, as they were and as they are. */
export function changedFields<T extends Record<string, unknown>>(
  before: T,
  after: T,
  names: readonly (keyof T & string)[],
): { before: Partial<T>; after: Partial<T> } {
  const changed = names.filter((name) => !isSame(before[name], after[name]));
  const of = (record: T) =>
    Object.fromEntries(changed.map((name) => [name, record[name]])) as Partial<T>;
  return { before: of(before), after: of(after) };
}

export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

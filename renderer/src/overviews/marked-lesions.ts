import type { Lesion, OverviewMarker, OverviewPoint } from '../../../src/clinic/entities/index.ts';
import type { LesionRecord } from '../patient/lesion-card.tsx';
import { newestImages, newestVerdicts } from '../patient/newest.ts';
import { type LesionStatus, lesionStatus } from '../wording/follow-ups.ts';
import type { Verdict } from '../wording/verdict.ts';

/** A lesion of the patient's, with what its sign says, as on the body map. */
export interface ListedLesion {
  readonly lesion: Lesion;
  /** Its place in the patient's list, from 1. */
  readonly number: number;
  /** Of the newest image; null where that is not read, nothing where there is no image. */
  readonly verdict: Verdict | null | undefined;
  readonly status: LesionStatus;
  /** The newest. */
  readonly imageId: string | undefined;
  /** Where it is marked in the photograph. */
  readonly at: OverviewPoint | undefined;
}
export type MarkedLesion = ListedLesion & { readonly at: OverviewPoint };

export function listLesions(
  records: readonly LesionRecord[],
  markers: readonly OverviewMarker[],
): ListedLesion[] {
  const verdicts = newestVerdicts(records);
  const images = newestImages(records);
  return records.map(({ lesion, awaited }, index) => ({
    lesion,
    number: index + 1,
    verdict: verdicts.get(lesion.id),
    status: lesionStatus(lesion, awaited),
    imageId: images.get(lesion.id),
    at: markers.find(({ lesionId }) => lesionId === lesion.id),
  }));
}

export const isMarked = (listed: ListedLesion): listed is MarkedLesion => listed.at !== undefined;

import { localDay } from '../../clinic/entities/days.ts';
import {
  diagnosisGravity,
  gravity,
  type Histology,
  type LesionImage,
} from '../../clinic/entities/index.ts';
import { qualityOf, type VerifiedLesion } from '../../clinic/quality.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { qualityProcedures } from '../contract/quality.ts';
import type { StationContext } from './context.ts';

export function qualityHandlers({
  session,
  heads,
}: StationContext): Handlers<typeof qualityProcedures> {
  /** Of a class of the head that reads, or of the shipped one; null for an impression that names none. */
  const isSuspicious = (store: ClinicStore, impression: string): boolean | null => {
    const known = [heads.active(store).head, heads.shipped]
      .flatMap(({ classes }) => [...classes])
      .find(({ code }) => code === impression);
    return known ? known.gravity !== 'benign' : null;
  };
  return {
    'quality.get': () => {
      const { store, user } = session;
      const quality = qualityOf(
        verified(store).map(({ finding, lesionId }): VerifiedLesion => {
          const image = imageBefore(store, lesionId, finding.takenOn);
          if (!image) return { ...finding, image: null };
          const reading = store.readings.newestBefore(image.id, finding.enteredAt);
          const reviews = new Map(
            store.reviews
              .listByImage(image.id)
              .filter(({ createdAt }) => createdAt <= finding.enteredAt)
              .toReversed()
              .map((review) => [review.reviewerName, review]),
          );
          return {
            ...finding,
            image: {
              verdict: reading?.verdict ?? null,
              reviews: [...reviews].map(([readerName, { impression, firstImpression }]) => ({
                readerName,
                isSuspicious: isSuspicious(store, impression),
                ...(firstImpression !== null && {
                  wasSuspicious: isSuspicious(store, firstImpression),
                }),
              })),
            },
          };
        }),
      );
      const isTold = ({ name }: { name: string }) =>
        user.role === 'administrator' || name === user.name;
      return { ...quality, readers: quality.readers.filter(isTold) };
    },
  };
}

/** A lesion counts once, with the gravest of its findings; of equals with the first. */
function verified(store: ClinicStore): { lesionId: string; finding: Histology }[] {
  const gravest = new Map<string, Histology>();
  const rank = ({ diagnosis }: Histology) => gravity.options.indexOf(diagnosisGravity[diagnosis]);
  for (const finding of store.histology.list()) {
    const lesionId = store.lesions.find(finding.lesionId)?.id;
    if (lesionId === undefined) continue;
    const known = gravest.get(lesionId);
    if (!known || rank(finding) < rank(known)) gravest.set(lesionId, finding);
  }
  return [...gravest].map(([lesionId, finding]) => ({ lesionId, finding }));
}

/** The last that was taken by that day; of one without a date, imported. */
function imageBefore(store: ClinicStore, lesionId: string, day: string): LesionImage | undefined {
  const dayOf = ({ capturedAt, importedAt }: LesionImage) =>
    capturedAt?.slice(0, 10) ?? localDay(new Date(importedAt));
  return store.images
    .listByLesion(lesionId)
    .filter((image) => dayOf(image) <= day)
    .toSorted((one, other) => (dayOf(one) < dayOf(other) ? -1 : 1))
    .at(-1);
}

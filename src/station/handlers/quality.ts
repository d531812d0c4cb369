import { type GivenOpinion, opinionsOf } from '../../clinic/agreement.ts';
import { localDay } from '../../clinic/entities/days.ts';
import {
  diagnosisGravity,
  gravity,
  type Histology,
  type LesionImage,
  type ReviewDetails,
  type SecondOpinion,
} from '../../clinic/entities/index.ts';
import { byText } from '../../clinic/entities/order.ts';
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
      const isAdministrator = user.role === 'administrator';
      const opinions = store.secondOpinions.answered();
      const byImage = Map.groupBy(opinions, ({ imageId }) => imageId);
      const quality = qualityOf(
        verified(store).map(({ finding, lesionId }): VerifiedLesion => {
          const image = imageBefore(store, lesionId, finding.takenOn);
          if (!image) return { ...finding, image: null };
          const reading = store.readings.newestBefore(image.id, finding.enteredAt);
          const said = saidBefore(store, image.id, byImage.get(image.id) ?? [], finding.enteredAt);
          return {
            ...finding,
            image: {
              verdict: reading?.verdict ?? null,
              reviews: [...said].map(([readerName, { impression, firstImpression }]) => ({
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
      const isTold = ({ name }: { name: string }) => isAdministrator || name === user.name;
      const judged = ({ impression, decision }: ReviewDetails) => ({
        impression,
        decision,
        isSuspicious: isSuspicious(store, impression),
      });
      const given = opinions.flatMap((opinion): GivenOpinion[] => {
        const first = store.reviews.get(opinion.firstReviewId);
        const isPart = first.reviewerId === user.id || opinion.askedOfId === user.id;
        if (!opinion.answer || !(isAdministrator || isPart)) return [];
        const { isBlind, answer, consensusReviewId } = opinion;
        const consensus = consensusReviewId ? store.reviews.get(consensusReviewId) : null;
        return [
          {
            isBlind,
            first: judged(first),
            second: judged(answer),
            consensus: consensus && judged(consensus),
          },
        ];
      });
      return {
        ...quality,
        readers: quality.readers.filter(isTold),
        opinions: opinionsOf(given),
      };
    },
  };
}

/** Each reader's last word by then, by their name; a consensus is nobody's own. */
function saidBefore(
  store: ClinicStore,
  imageId: string,
  opinions: readonly SecondOpinion[],
  instant: string,
): Map<string, ReviewDetails> {
  const settled = new Set(opinions.map(({ consensusReviewId }) => consensusReviewId));
  const own = store.reviews
    .listByImage(imageId)
    .toReversed()
    .filter(({ id }) => !settled.has(id))
    .map((review) => ({ name: review.reviewerName, at: review.createdAt, said: review }));
  const second = opinions.flatMap(({ askedOfName, answer }) =>
    answer ? [{ name: askedOfName, at: answer.at, said: answer }] : [],
  );
  return new Map(
    [...own, ...second]
      .filter(({ at }) => at <= instant)
      .toSorted(byText(({ at }) => at))
      .map(({ name, said }): [string, ReviewDetails] => [name, said]),
  );
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
    .toSorted(byText(dayOf))
    .at(-1);
}

import type { StationInput } from '../../renderer/src/station/connection.ts';
import {
  isOpinionAwaited,
  isOtherOpinion,
  isUnsettled,
  type OpinionRequest,
  reviewDetails,
  type SecondOpinion,
} from '../../src/clinic/entities/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';
import { followDecision } from './fake-follow-ups.ts';
import { fakeId } from './fake-records.ts';

/** Asks somebody by the name of another user, about the newest review. */
export function askFake(
  clinic: Clinic,
  imageId: string,
  { askedOfId, isBlind, question }: OpinionRequest,
): SecondOpinion {
  const [first] = clinic.image(imageId).reviews;
  const colleague = clinic.users.find(({ id }) => id === askedOfId);
  if (!first || !colleague) return fail('not-found', 'There is nothing to ask about.');
  const asker = clinic.users.find(({ id }) => id !== askedOfId);
  const asked: SecondOpinion = {
    ...{ id: fakeId(), imageId, firstReviewId: first.id, isBlind, question },
    ...{ askedById: asker?.id ?? fakeId(), askedByName: asker?.name ?? '' },
    ...{ askedOfId, askedOfName: colleague.name, askedAt: new Date().toISOString() },
    ...{ answer: null, withdrawn: null, consensusReviewId: null },
  };
  clinic.opinions.push(asked);
  return asked;
}

export function fakeOpinions(clinic: Clinic, changed: (...topics: string[]) => void) {
  const find = (id: string) =>
    clinic.opinions.find((each) => each.id === id) ?? fail('not-found', 'There is none.');
  const unfinished = () => {
    const [me] = clinic.users;
    return {
      awaited: clinic.opinions.filter(
        (each) => isOpinionAwaited(each) && each.askedOfId === me?.id,
      ),
      unsettled: clinic.opinions.filter(isUnsettled),
      asked: clinic.opinions.filter((each) => isOpinionAwaited(each) && each.askedById === me?.id),
    };
  };
  const listed = (opinions: readonly SecondOpinion[]) =>
    opinions.map((opinion) => {
      const { lesion, patient, image, readings, reviews } = clinic.imageRecord(opinion.imageId);
      const [reading = null] = readings;
      const [review = null] = reviews;
      return { opinion, entry: { image, lesion, patient, reading, review } };
    });
  return {
    'secondOpinions.list': () => {
      const { awaited, unsettled, asked } = unfinished();
      return { awaited: listed(awaited), unsettled: listed(unsettled), asked: listed(asked) };
    },
    'secondOpinions.counts': () => {
      const { awaited, unsettled, asked } = unfinished();
      return { awaited: awaited.length, unsettled: unsettled.length, asked: asked.length };
    },
    'secondOpinions.ask': ({ imageId, request }: StationInput<'secondOpinions.ask'>) => {
      const asked = askFake(clinic, imageId, { ...request, question: request.question ?? '' });
      changed('opinions');
      return asked;
    },
    'secondOpinions.answer': ({ opinionId, details }: StationInput<'secondOpinions.answer'>) => {
      const opinion = find(opinionId);
      const image = clinic.image(opinion.imageId);
      const said = reviewDetails.parse(details);
      const first = image.reviews.find(({ id }) => id === opinion.firstReviewId);
      const differs = first !== undefined && isOtherOpinion(first, said);
      delete image.draft;
      opinion.answer = { ...said, at: new Date().toISOString(), differs };
      changed('opinions');
      return opinion;
    },
    'secondOpinions.withdraw': ({ opinionId }: StationInput<'secondOpinions.withdraw'>) => {
      const byName = clinic.users[0]?.name ?? '';
      const opinion = Object.assign(find(opinionId), {
        withdrawn: { at: new Date().toISOString(), byName },
      });
      changed('opinions');
      return opinion;
    },
    'secondOpinions.settle': ({
      opinionId,
      readingId,
      details,
    }: StationInput<'secondOpinions.settle'>) => {
      const opinion = find(opinionId);
      const review = clinic.addReview(opinion.imageId, readingId, reviewDetails.parse(details));
      followDecision(clinic, review);
      opinion.consensusReviewId = review.id;
      changed('opinions', 'reviews', 'followUps');
      return review;
    },
  };
}

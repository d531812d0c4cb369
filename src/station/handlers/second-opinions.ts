import type { OpinionRequest, SecondOpinion } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { ListedOpinion } from '../contract/index.ts';
import { mayCall } from '../contract/index.ts';
import type { secondOpinionProcedures } from '../contract/second-opinions.ts';
import { StationError } from '../errors.ts';
import type { Session } from '../session.ts';
import { Veil } from '../veil.ts';
import { changeRecord, type StationContext } from './context.ts';
import { placedImageEntry } from './image-entry.ts';
import { addReview, checkedDetails } from './judgement.ts';

export function secondOpinionHandlers(
  context: StationContext,
): Handlers<typeof secondOpinionProcedures> {
  const { session, changed } = context;
  const unfinished = () => {
    const { store, user } = session;
    return {
      awaited: store.secondOpinions.awaiting(user.id),
      unsettled: store.secondOpinions.unsettled(user.id),
      asked: store.secondOpinions.askedBy(user.id),
    };
  };
  return {
    'secondOpinions.list': () => {
      const veil = new Veil(session);
      const listed = (opinions: readonly SecondOpinion[]): ListedOpinion[] =>
        opinions.map((opinion) => ({
          opinion,
          entry: placedImageEntry(session.store, opinion.imageId, veil),
        }));
      const { awaited, unsettled, asked } = unfinished();
      return { awaited: listed(awaited), unsettled: listed(unsettled), asked: listed(asked) };
    },
    'secondOpinions.counts': () => {
      const { awaited, unsettled, asked } = unfinished();
      return { awaited: awaited.length, unsettled: unsettled.length, asked: asked.length };
    },
    'secondOpinions.ask': ({ imageId, request }) => {
      const { store } = session;
      const asked = store.transaction(() => askOpinion(session, imageId, request));
      changed.emit(['opinions']);
      return asked;
    },
    'secondOpinions.answer': ({ opinionId, details }) =>
      changeRecord(
        context,
        { action: 'second-opinion.answer', topics: ['opinions'], also: imageOf(opinionId) },
        ({ secondOpinions }) =>
          secondOpinions.answer(opinionId, checkedDetails(context, details), session.user.id),
      ),
    'secondOpinions.withdraw': ({ opinionId }) =>
      changeRecord(
        context,
        { action: 'second-opinion.withdraw', topics: ['opinions'], also: imageOf(opinionId) },
        (store) => {
          assertPart(store, opinionId);
          return store.secondOpinions.withdraw(opinionId, session.user.id);
        },
      ),
    'secondOpinions.settle': ({ opinionId, readingId, details }) => {
      if (details.note.trim() === '')
        throw new StationError(
          'invalid-input',
          'It is not said how the consensus was come to, so nothing was saved. Say it in a few words.',
        );
      const { store, user } = session;
      const { imageId } = store.secondOpinions.get(opinionId);
      const checked = checkedDetails(context, details);
      const consensus = store.transaction(() => {
        const saved = addReview(store, { imageId, readingId, details: checked }, user.id);
        store.secondOpinions.settle(opinionId, saved.id);
        const subject = `second-opinion:${opinionId} image:${imageId}`;
        store.audit.append({ userId: user.id, action: 'second-opinion.settle', subject });
        return saved;
      });
      changed.emit(['opinions', 'reviews', 'patients', 'followUps']);
      return consensus;
    },
  };

  function imageOf(opinionId: string): string {
    return `image:${session.store.secondOpinions.get(opinionId).imageId}`;
  }

  function assertPart({ secondOpinions }: ClinicStore, opinionId: string): void {
    const { askedOfId, askedById } = secondOpinions.get(opinionId);
    if (session.user.id === askedOfId || session.user.id === askedById) return;
    throw new StationError(
      'not-allowed',
      'Only who asked for a second opinion, or was asked, can withdraw it. Ask one of the two.',
    );
  }
}

/** Asks a colleague about the newest review of an image. Called within a transaction. */
export function askOpinion(
  { store, user }: Pick<Session, 'store' | 'user'>,
  imageId: string,
  request: OpinionRequest,
): SecondOpinion {
  const colleague = store.accounts.list().find(({ id }) => id === request.askedOfId);
  if (
    !colleague ||
    colleague.disabledAt !== null ||
    !mayCall(colleague.role, 'secondOpinions.answer')
  )
    throw new StationError(
      'invalid-input',
      'This user gives no opinions in this clinic, so nothing was saved. Choose another colleague.',
    );
  const asked = store.secondOpinions.ask(imageId, request, user.id);
  const subject = `second-opinion:${asked.id} image:${imageId}`;
  store.audit.append({ userId: user.id, action: 'second-opinion.ask', subject });
  return asked;
}

import { localDay } from '../../clinic/entities/days.ts';
import type { FollowUp } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { AwaitedLesion, followUpProcedures } from '../contract/follow-ups.ts';
import { StationError } from '../errors.ts';
import { Veil } from '../veil.ts';
import { changeRecord, type StationContext } from './context.ts';
import { imageEntry } from './image-entry.ts';

export function followUpHandlers(context: StationContext): Handlers<typeof followUpProcedures> {
  const { session } = context;
  const change = (act: string, work: (store: ClinicStore) => FollowUp, also?: string) =>
    changeRecord(
      context,
      { action: `follow-up.${act}`, topics: ['followUps'], ...(also !== undefined && { also }) },
      work,
    );
  const assertAhead = (dueOn: string) => {
    if (dueOn <= localDay(session.store.now()))
      throw new StationError(
        'invalid-input',
        'The day is not in the future, so nothing was saved. Choose a later one.',
      );
  };
  return {
    'followUps.page': (asked) => {
      const { store } = session;
      const veil = new Veil(session);
      const today = localDay(store.now());
      const { entries, next } = store.followUps.page({ ...asked, today });
      return {
        entries: entries
          .filter((each) => veil.shows(each))
          .flatMap((each) => awaited(store, each, veil)),
        next,
      };
    },
    'followUps.counts': (asked) => {
      const { store } = session;
      return store.followUps.counts({ ...asked, due: [] }, localDay(store.now()));
    },
    'followUps.plan': ({ lesionId, kind, dueOn }) => {
      assertAhead(dueOn);
      return change(
        'plan',
        ({ followUps }) => followUps.plan(lesionId, kind, dueOn, session.user.id),
        `lesion:${lesionId}`,
      );
    },
    'followUps.reschedule': ({ followUpId, dueOn }) => {
      assertAhead(dueOn);
      return change('reschedule', ({ followUps }) => followUps.reschedule(followUpId, dueOn));
    },
    'followUps.remind': ({ followUpId }) =>
      change('remind', ({ followUps }) => followUps.remind(followUpId)),
    'followUps.end': ({ followUpId, note }) =>
      change('end', ({ followUps }) => followUps.end(followUpId, session.user.id, note)),
    'followUps.resume': ({ followUpId }) =>
      change('resume', ({ followUps }) => followUps.resume(followUpId)),
  };
}

/** None where its lesion was merged into one that is removed or closed. */
function awaited(store: ClinicStore, followUp: FollowUp, veil: Veil): AwaitedLesion[] {
  const lesion = store.lesions.find(followUp.lesionId);
  if (!lesion || lesion.closure !== null) return [];
  const images = store.images.listByLesion(lesion.id);
  const newest = images.at(-1);
  const hasCome = images.some(
    ({ id, importedAt }) =>
      importedAt > followUp.plannedAt && store.reviews.newestByImage(id) === null,
  );
  return [
    {
      followUp,
      lesion,
      patient: store.patients.get(lesion.patientId),
      newest: newest ? imageEntry(store, newest, veil) : null,
      hasCome,
    },
  ];
}

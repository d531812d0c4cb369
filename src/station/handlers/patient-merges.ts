import type { Patient, PatientMerge } from '../../clinic/entities/index.ts';
import { byText } from '../../clinic/entities/order.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { MergeCandidate, ShownMerge, Topic } from '../contract/index.ts';
import type { patientMergeProcedures } from '../contract/patient-merges.ts';
import { enterRead } from '../patient-reads.ts';
import type { StationContext } from './context.ts';

/** More than a person goes through at once. */
const pairsAtOnce = 50;
const imagesForALook = 4;
const topics = [
  'patients',
  'lesions',
  'images',
  'consents',
  'overviews',
] satisfies readonly Topic[];

export function patientMergeHandlers(
  context: StationContext,
): Handlers<typeof patientMergeProcedures> {
  const { session, changed } = context;
  const enter = (action: string, subject: string, work: (store: ClinicStore) => void) => {
    const { store, user } = session;
    store.transaction(() => {
      work(store);
      store.audit.append({ userId: user.id, action, subject });
    });
    changed.emit(['patients']);
    return {};
  };
  return {
    'doubles.list': async (_, { signal }) => {
      const { store, untilLocked, assertOpen } = session.begin();
      const ended = AbortSignal.any([signal, untilLocked]);
      const { pairs, count } = await store.doubles.pairs(pairsAtOnce, ended).finally(assertOpen);
      return {
        count,
        pairs: pairs.map(({ one, other, likeness }) => ({
          one: candidateOf(store, one),
          other: candidateOf(store, other),
          likeness,
        })),
      };
    },
    'doubles.compare': ({ patientId, otherId }) => {
      const { store } = session;
      const [one, other] = [store.patients.get(patientId), store.patients.get(otherId)];
      for (const { id } of [one, other]) enterRead(session, id);
      return { one: candidateOf(store, one), other: candidateOf(store, other) };
    },
    'doubles.dismiss': ({ patientId, otherId }) =>
      enter('patient.not-double', `patient:${patientId} patient:${otherId}`, (store) => {
        const [one, other] = [store.patients.get(patientId), store.patients.get(otherId)];
        store.doubles.dismiss(one.id, other.id, session.user.id);
      }),
    'doubles.offerAgain': ({ patientId, otherId }) =>
      enter('patient.may-be-double', `patient:${patientId} patient:${otherId}`, ({ doubles }) =>
        doubles.offerAgain(patientId, otherId),
      ),
    'patients.merge': ({ patientId, intoPatientId }) => {
      const { store, user } = session;
      const merge = store.transaction(() => {
        const made = store.patientMerges.merge(patientId, intoPatientId, user.id);
        store.recentChanges.note({
          userId: user.id,
          patientId: intoPatientId,
          subjectId: made.id,
          did: { act: 'patient.merge' },
        });
        const subject = `patient:${patientId} patient:${intoPatientId}`;
        store.audit.append({ userId: user.id, action: 'patient.merge', subject });
        return made;
      });
      changed.emit(topics);
      return merge;
    },
    'patients.merges': ({ patientId }) => {
      const { store } = session;
      const { id } = store.patients.get(patientId);
      const of = store.patientMerges.of(id);
      return {
        of: of ? shown(store, of) : null,
        into: store.patientMerges.into(id).map((merge) => shown(store, merge)),
      };
    },
    'patients.planUnmerge': ({ mergeId }) => session.store.patientMerges.plan(mergeId),
    'patients.unmerge': ({ mergeId }) => {
      const { store, user } = session;
      const told = store.transaction(() => {
        const { fromPatientId, intoPatientId } = store.patientMerges.get(mergeId);
        const parted = store.patientMerges.unmerge(mergeId);
        const subject = `patient:${fromPatientId} patient:${intoPatientId}`;
        store.audit.append({ userId: user.id, action: 'patient.unmerge', subject });
        return parted;
      });
      changed.emit(topics);
      return told;
    },
  };
}

function candidateOf(store: ClinicStore, patient: Patient): MergeCandidate {
  const lesions = store.lesions.listByPatient(patient.id);
  const images = lesions.flatMap(({ id }) => store.images.listByLesion(id));
  return {
    patient,
    lesionCount: lesions.length,
    imageCount: images.length,
    lastVisitAt: store.visits.listByPatient(patient.id)[0]?.startedAt ?? null,
    imageIds: images
      .toSorted(byText(({ importedAt }) => importedAt))
      .toReversed()
      .slice(0, imagesForALook)
      .map(({ id }) => id),
  };
}

function shown(store: ClinicStore, merge: PatientMerge): ShownMerge {
  return {
    merge,
    from: store.patients.get(merge.fromPatientId),
    into: store.patients.get(merge.intoPatientId),
  };
}

import type { Patient, PatientMerge, Unmerging } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { MergeCandidate, StationContract } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';
import { fakeId } from './fake-records.ts';

/** Two pairs that may be one person; merging moves the lesions, taking apart brings them back. */
export function fakeMerges(
  clinic: Clinic,
  changed: (...topics: string[]) => void,
): Pick<
  Handlers<StationContract>,
  | 'doubles.list'
  | 'doubles.compare'
  | 'doubles.dismiss'
  | 'doubles.offerAgain'
  | 'patients.merge'
  | 'patients.merges'
  | 'patients.planUnmerge'
  | 'patients.unmerge'
> {
  const merges: { merge: PatientMerge; lesionIds: string[] }[] = [];
  const dismissed = new Set<string>();
  const patient = (id: string): Patient =>
    clinic.patients.find((each) => each.id === id) ?? fail('not-found', 'This patient is gone.');
  const candidate = (who: Patient): MergeCandidate => {
    const lesions = clinic.lesions.filter(({ patientId }) => patientId === who.id);
    const images = clinic.images.filter(({ stored }) =>
      lesions.some(({ id }) => id === stored.lesionId),
    );
    return {
      patient: who,
      lesionCount: lesions.length,
      imageCount: images.length,
      lastVisitAt: images[0]?.stored.importedAt ?? null,
      imageIds: images.slice(0, 4).map(({ stored }) => stored.id),
    };
  };
  const mergeOf = (id: string) =>
    merges.find(({ merge }) => merge.id === id) ?? fail('not-found', 'This merge is gone.');
  const planOf = (id: string): Unmerging => ({
    back: {
      lesions: mergeOf(id).lesionIds.length,
      images: 3,
      visits: 2,
      consents: 1,
      overviews: 1,
    },
    stays: { lesions: 1, overviews: 0, images: [{ label: 'A', count: 2 }], movedOn: 1 },
  });
  const shown = (merge: PatientMerge) => ({
    merge,
    from: patient(merge.fromPatientId),
    into: patient(merge.intoPatientId),
  });
  const pairKey = (one: string, other: string) => [one, other].sort().join();
  const isMerged = (id: string) => merges.some(({ merge }) => merge.fromPatientId === id);
  return {
    'doubles.list': () => {
      const [first, second, third] = clinic.patients;
      const pairs = [
        [first, second, 'similar-name'],
        [first, third, 'date-missing'],
      ] as const;
      const open = pairs.flatMap(([one, other, likeness]) =>
        one &&
        other &&
        !dismissed.has(pairKey(one.id, other.id)) &&
        !isMerged(one.id) &&
        !isMerged(other.id)
          ? [{ one: candidate(one), other: candidate(other), likeness }]
          : [],
      );
      return { pairs: open, count: open.length };
    },
    'doubles.compare': ({ patientId, otherId }) => ({
      one: candidate(patient(patientId)),
      other: candidate(patient(otherId)),
    }),
    'doubles.dismiss': ({ patientId, otherId }) => {
      dismissed.add(pairKey(patientId, otherId));
      changed('patients');
      return {};
    },
    'doubles.offerAgain': ({ patientId, otherId }) => {
      dismissed.delete(pairKey(patientId, otherId));
      changed('patients');
      return {};
    },
    'patients.merge': ({ patientId, intoPatientId }) => {
      const merge: PatientMerge = {
        id: fakeId(),
        fromPatientId: patientId,
        intoPatientId,
        mergedAt: new Date().toISOString(),
        userName: 'Dr Edda Winter',
      };
      const moved = clinic.lesions.filter((lesion) => lesion.patientId === patientId);
      for (const lesion of moved) lesion.patientId = intoPatientId;
      patient(patientId).archivedAt = merge.mergedAt;
      merges.push({ merge, lesionIds: moved.map(({ id }) => id) });
      changed('patients', 'lesions', 'images');
      return merge;
    },
    'patients.merges': ({ patientId }) => {
      const of = merges.find(({ merge }) => merge.fromPatientId === patientId);
      return {
        of: of ? shown(of.merge) : null,
        into: merges
          .filter(({ merge }) => merge.intoPatientId === patientId)
          .map(({ merge }) => shown(merge)),
      };
    },
    'patients.planUnmerge': ({ mergeId }) => planOf(mergeId),
    'patients.unmerge': ({ mergeId }) => {
      const plan = planOf(mergeId);
      const found = mergeOf(mergeId);
      const { merge, lesionIds } = found;
      for (const id of lesionIds) clinic.lesion(id).patientId = merge.fromPatientId;
      patient(merge.fromPatientId).archivedAt = null;
      merges.splice(merges.indexOf(found), 1);
      changed('patients', 'lesions', 'images');
      return plan;
    },
  };
}

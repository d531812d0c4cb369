import type { ErasedCounts, Erasure, ErasureSubject } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { StationContract } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';
import { fakeId } from './fake-records.ts';

export function fakeErasures(
  clinic: Clinic,
  changed: (...topics: string[]) => void,
): Pick<
  Handlers<StationContract>,
  | 'erasures.plan'
  | 'erasures.erase'
  | 'erasures.list'
  | 'erasures.listState'
  | 'erasures.mendList'
  | 'erasures.cameBack'
> {
  const erased: Erasure[] = [];
  const imagesOf = ({ kind, id }: ErasureSubject) =>
    clinic.images.filter(({ stored }) =>
      kind === 'image' ? stored.id === id : clinic.lesion(stored.lesionId).patientId === id,
    );
  const countsOf = (subject: ErasureSubject): ErasedCounts => {
    const images = imagesOf(subject);
    const isPatient = subject.kind === 'patient';
    return {
      lesions: isPatient
        ? clinic.lesions.filter(({ patientId }) => patientId === subject.id).length
        : 0,
      visits: isPatient ? 1 : 0,
      images: images.length,
      readings: images.reduce((sum, { readings }) => sum + readings.length, 0),
      reviews: images.reduce((sum, { reviews }) => sum + reviews.length, 0),
      checklists: 0,
      opinions: 0,
      answers: 0,
      consents: isPatient ? 1 : 0,
      measures: 0,
      overviews: isPatient ? 3 : subject.kind === 'overview' ? 1 : 0,
      followUps: 0,
      histology: 0,
      drafts: 0,
      examples: 1,
      versions: 1,
      entries: 12,
    };
  };
  return {
    'erasures.cameBack': () =>
      clinic.cameBack.flatMap((id) => {
        const patient = clinic.patients.find((each) => each.id === id);
        return patient ? [{ subject: { kind: 'patient', id }, patient, lesion: null }] : [];
      }),
    'erasures.listState': () => clinic.erasedList,
    'erasures.mendList': () => {
      Object.assign(clinic.erasedList, { isDamaged: false, unproven: 0 });
      changed('erasures');
      return {};
    },
    'erasures.plan': ({ subject }) => ({
      plan: {
        counts: countsOf(subject),
        versions: [{ number: 2, state: 'active' }],
        movedAway: 0,
        since: '2026-01-02T03:04:05.678Z',
      },
      copies: 2,
      seconds: clinic.users.slice(1).map(({ id, name }) => ({ id, name })),
    }),
    'erasures.erase': ({ subject, reason, second }) => {
      if (second?.passphrase.startsWith('wrong'))
        fail('wrong-passphrase', 'That passphrase does not open the clinic. Try again.');
      const counts = countsOf(subject);
      const gone = new Set(imagesOf(subject));
      clinic.images.splice(0, Infinity, ...clinic.images.filter((image) => !gone.has(image)));
      if (subject.kind === 'overview') clinic.erasedOverviews.add(subject.id);
      if (subject.kind === 'patient') {
        const of = clinic.lesions.filter(({ patientId }) => patientId !== subject.id);
        clinic.lesions.splice(0, Infinity, ...of);
        const others = clinic.patients.filter(({ id }) => id !== subject.id);
        clinic.patients.splice(0, Infinity, ...others);
      }
      const at = new Date().toISOString();
      const secondName = clinic.users.find(({ id }) => id === second?.userId)?.name ?? null;
      const done: Erasure = {
        ...{ id: fakeId(), subject, reason, at, entry: 1483, counts },
        userName: clinic.users[0]?.name ?? '',
        secondUserName: secondName,
        proof: { finishedAt: at, pagesLooked: 4210, pagesWritten: 96, copiesDropped: 2 },
      };
      erased.unshift(done);
      changed('erasures', 'patients', 'images', 'lesions');
      return done;
    },
    'erasures.list': () => erased,
  };
}

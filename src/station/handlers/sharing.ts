import { v7 as newId } from 'uuid';
import type { LesionAnswer } from '../../clinic/entities/index.ts';
import {
  keyFile,
  keyFingerprint,
  newSharingKey,
  readKeyFile,
} from '../../interchange/cases/keys.ts';
import type { Handlers } from '../../processes/channel.ts';
import { Broadcast } from '../changes.ts';
import type { sharingProcedures } from '../contract/sharing.ts';
import { StationError } from '../errors.ts';
import type { Work } from '../session.ts';
import { keepPerson, keptPersons } from '../sharing/keeping.ts';
import { planOf, planOfPatient } from '../sharing/plan.ts';
import {
  asksPassphrase,
  makeAnswer,
  makeCase,
  type OpenCase,
  openAnswer,
  openSharedCase,
  type Sender,
} from '../sharing/sharing.ts';
import { Veil } from '../veil.ts';
import type { StationContext } from './context.ts';

const casesShown = 200;

export function sharingHandlers(
  { session, clinics, decoder, importer, changed }: StationContext,
  program: string,
): Handlers<typeof sharingProcedures> {
  const progress = new Broadcast<{ makingId: string; share: number }>();
  /** What this screen looks at; forgotten with the lock, and with the next one. */
  let opened: { readonly id: string; readonly open: OpenCase } | undefined;
  const forget = () => {
    opened?.open.answerKey.fill(0);
    for (const picture of opened?.open.pictures ?? []) picture.fill(0);
    opened = undefined;
  };
  const openedCase = (openedId: string): OpenCase => {
    if (opened?.id === openedId) return opened.open;
    throw new StationError('not-found', 'This case is no longer open. Open its file again.');
  };
  const sender = (): Sender => ({
    program,
    clinicName: clinics.info()?.clinicName ?? '',
    userId: session.user.id,
    userName: session.user.name,
  });
  const ownKey = () => session.store.sharedCases.ownKey(newSharingKey);
  const enter = ({ store, userId }: Work, action: string, subject: string, work = () => {}) =>
    store.transaction(() => {
      work();
      store.audit.append({ userId, action, subject });
    });

  return {
    'sharing.overview': () => {
      const { sharedCases } = session.store;
      return {
        fingerprint: keyFingerprint(ownKey().publicKey),
        colleagues: sharedCases.colleagues(),
        cases: sharedCases.list(casesShown),
      };
    },
    'sharing.keyFile': () => ({
      bytes: keyFile(sender().clinicName, ownKey().publicKey),
      fileName: 'clinic.dermaspike-key',
    }),
    'sharing.inspectKey': ({ bytes }) => {
      const { clinicName, publicKey } = readKeyFile(bytes);
      const fingerprint = keyFingerprint(publicKey);
      const known = session.store.sharedCases.colleagues();
      return {
        ...{ clinicName, fingerprint },
        isKnown: known.some((each) => each.fingerprint === fingerprint),
      };
    },
    'sharing.addColleague': ({ bytes }) => {
      const work = session.begin();
      const key = readKeyFile(bytes);
      const fingerprint = keyFingerprint(key.publicKey);
      enter(work, 'colleague.add', `key:${fingerprint.replaceAll(' ', '')}`, () =>
        work.store.sharedCases.addColleague(fingerprint, key, work.userId),
      );
      changed.emit(['sharing']);
      return {};
    },
    'sharing.removeColleague': ({ fingerprint }) => {
      const work = session.begin();
      enter(work, 'colleague.remove', `key:${fingerprint.replaceAll(' ', '')}`, () =>
        work.store.sharedCases.removeColleague(fingerprint),
      );
      changed.emit(['sharing']);
      return {};
    },
    'sharing.plan': ({ lesionIds }) => planOf(session.store, session.user.id, lesionIds),
    'sharing.planPatient': ({ patientId }) =>
      planOfPatient(session.store, session.user.id, patientId),
    'sharing.findWriting': ({ imageId }, { signal }) => {
      const { images } = session.store;
      const { fileName } = images.get(imageId);
      return decoder.findWriting(images.original(imageId), { fileName, signal });
    },
    'sharing.make': async ({ makingId, sealedFor, ...choice }, { signal }) => {
      const work = session.begin();
      const made = await makeCase({ store: work.store, decoder }, choice, sealedFor, sender(), {
        signal: AbortSignal.any([signal, work.untilLocked]),
        onProgress: (share) => progress.emit({ makingId, share }),
      });
      work.assertOpen();
      const { caseId: id, answerKey, lesions, sealedName } = made;
      const { isDeidentified } = choice;
      enter(
        work,
        'case.share',
        `case:${id} ${lesions.map((each) => `lesion:${each.lesionId}`).join(' ')}`,
        () =>
          work.store.sharedCases.add({
            ...{ id, answerKey, lesions, isDeidentified },
            ...{ userId: work.userId, sealedFor: sealedName },
          }),
      );
      changed.emit(['sharing']);
      return { bytes: made.bytes, fileName: `case-${id.slice(0, 8)}.dermaspike-case` };
    },
    'sharing.progress': (_, emit) => progress.subscribe(emit),
    'sharing.inspect': ({ bytes }) => ({ asksPassphrase: asksPassphrase(bytes) }),
    'sharing.open': async ({ bytes, passphrase }) => {
      const work = session.begin();
      const open = await openSharedCase(work.store, bytes, passphrase);
      work.assertOpen();
      forget();
      const id = newId();
      opened = { id, open };
      work.untilLocked.addEventListener('abort', forget, { once: true });
      enter(work, 'case.open', `case:${open.case.caseId}`);
      const kept = keptPersons(work.store, open);
      return { openedId: id, case: open.case, fingerprint: open.fingerprint, kept };
    },
    'sharing.picture': ({ openedId, imageRef, maxSidePx }, { signal }) => {
      const open = openedCase(openedId);
      const image = open.case.persons
        .flatMap(({ lesions }) => lesions.flatMap(({ images }) => images))
        .find(({ ref }) => ref === imageRef);
      const picture = image && open.pictures[image.picture];
      if (!picture) throw new StationError('not-found', 'The case has no such picture.');
      return decoder.render(picture, { fileName: imageRef, maxSidePx, signal });
    },
    'sharing.keep': async ({ openedId, keepingId, ...given }, { signal }) => {
      const work = session.begin();
      const open = openedCase(openedId);
      try {
        return await keepPerson(work, importer, open, given, {
          signal: AbortSignal.any([signal, work.untilLocked]),
          onProgress: (share) => progress.emit({ makingId: keepingId, share }),
        });
      } finally {
        changed.emit(['patients', 'lesions', 'images', 'readings']);
      }
    },
    'sharing.close': ({ openedId }) => {
      if (opened?.id === openedId) forget();
      return {};
    },
    'sharing.answer': async ({ openedId, answers }) => {
      const work = session.begin();
      const open = openedCase(openedId);
      const bytes = await makeAnswer(work.store, open, answers as LesionAnswer[], sender());
      work.assertOpen();
      enter(work, 'case.answer', `case:${open.case.caseId}`);
      return {
        bytes,
        fileName: `answer-${open.case.caseId.slice(0, 8)}.dermaspike-answer`,
      };
    },
    'sharing.inspectAnswer': async ({ bytes }) => {
      const { store, assertOpen } = session.begin();
      const { answer, fingerprint } = await openAnswer(store, bytes);
      assertOpen();
      const lesions = new Map(
        store.sharedCases
          .lesionsOf(answer.caseId)
          .map(({ ref, lesionId }) => [ref, store.lesions.get(lesionId)]),
      );
      return {
        ...{ clinicName: answer.clinicName, authorName: answer.authorName },
        ...{ answeredAt: answer.answeredAt, fingerprint },
        isFiled: store.sharedCases.isFiled(answer.answerId),
        answers: answer.answers.map((each) => {
          const lesion = lesions.get(each.lesionRef) ?? null;
          return { ...each, lesion, patient: lesion && store.patients.get(lesion.patientId) };
        }),
      };
    },
    'sharing.fileAnswer': async ({ bytes }) => {
      const work = session.begin();
      const { store, userId } = work;
      const { answer, fingerprint } = await openAnswer(store, bytes);
      work.assertOpen();
      if (store.sharedCases.isFiled(answer.answerId))
        throw new StationError('case-filed', 'This answer has been filed already.');
      const filed = store.transaction(() => {
        const made = store.sharedCases.fileAnswer(answer, fingerprint, userId);
        const of = made.map(({ lesionId }) => `lesion:${lesionId}`).join(' ');
        const subject = `case:${answer.caseId} ${of}`;
        store.audit.append({ userId, action: 'case.file-answer', subject });
        return made;
      });
      changed.emit(['sharing', 'lesions']);
      return filed;
    },
    'sharing.answersOf': ({ lesionId }) => new Veil(session).colleagueAnswers(lesionId),
  };
}

import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { newSigningKey } from '../../src/clinic/class-pack.ts';
import {
  caseLimits,
  type LesionAnswer,
  type OpinionRequest,
  reviewDetails,
  type SharedCase,
} from '../../src/clinic/entities/index.ts';
import {
  maxCaseBytes,
  openCase,
  type Recipient,
  recipientOf,
  sealCase,
} from '../../src/interchange/cases/envelope.ts';
import { newSharingKey } from '../../src/interchange/cases/keys.ts';
import { sharingHandlers } from '../../src/station/handlers/sharing.ts';
import { addLesion, details } from '../store/harness.ts';
import { calling, newScreen, takeImage } from './screen.ts';

const id = '019430aa-7f3c-7d10-9c5e-2b1f4a6c8d00';
const passphrase = 'marble window kettle';

/** A screen that shares; what it draws is as many bytes as the test says, and is remembered. */
async function sharingScreen(clinicName: string) {
  const screen = await newScreen();
  const drawn = { bytes: 3, of: [] as Uint8Array[] };
  const decoder = {
    render: async (bytes: Uint8Array) => {
      drawn.of.push(bytes);
      return { bytes: new Uint8Array(drawn.bytes).fill(7), mediaType: 'image/jpeg' };
    },
  };
  const importer = {
    import: async (_: unknown, { lesionId }: { lesionId: string }) => ({
      image: takeImage(screen.store, lesionId),
    }),
  };
  const clinics = { info: () => ({ clinicName }) };
  const given = { ...screen.context, decoder, importer, clinics };
  const handlers = sharingHandlers(given as unknown as typeof screen.context, '0.1.0');
  const key = await handlers['sharing.keyFile']({}, calling);
  const { fingerprint } = await handlers['sharing.overview']({}, calling);
  return { ...screen, drawn, handlers, key, fingerprint };
}
type SharingScreen = Awaited<ReturnType<typeof sharingScreen>>;

/** Two clinics that have each other's keys, and a lesion with two images to share. */
async function twoClinics() {
  const [here, there] = [await sharingScreen('Here'), await sharingScreen('There')];
  here.handlers['sharing.addColleague']({ bytes: there.key.bytes }, calling);
  const { id: patientId } = here.store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(here.store, patientId);
  const images = [takeImage(here.store, lesion.id), takeImage(here.store, lesion.id)];
  const make = (other: object = {}) =>
    here.handlers['sharing.make'](
      {
        ...{ makingId: id, lesionIds: [lesion.id], imageIds: images.map((each) => each.id) },
        ...{ question: '', isDeidentified: false, withNotes: false },
        sealedFor: { fingerprint: there.fingerprint },
        ...other,
      },
      calling,
    );
  const open = (bytes: Uint8Array) =>
    there.handlers['sharing.open']({ bytes, passphrase: null }, calling);
  return { here, there, patientId, lesion, images, make, open };
}

const answering = (...refs: string[]): LesionAnswer[] =>
  refs.map((lesionRef) => ({ lesionRef, impression: 'nv', decision: 'monitor', text: '' }));

test('keys of colleagues are known by their fingerprint, forgotten when they are removed, and entered', async () => {
  const [here, there, third] = [
    await sharingScreen('Here'),
    await sharingScreen('There'),
    await sharingScreen('Third'),
  ];
  const known = async ({ key: { bytes } }: SharingScreen) =>
    (await here.handlers['sharing.inspectKey']({ bytes }, calling)).isKnown;
  expect([await known(there), await known(third)]).toEqual([false, false]);
  for (const { key, fingerprint } of [there, third]) {
    here.handlers['sharing.addColleague']({ bytes: key.bytes }, calling);
    expect(here.entries()[0]).toBe(`colleague.add key:${fingerprint.replaceAll(' ', '')}`);
    expect(here.told()).toBe('sharing');
  }
  expect([await known(there), await known(third), await known(here)]).toEqual([true, true, false]);
  here.handlers['sharing.removeColleague']({ fingerprint: there.fingerprint }, calling);
  expect(here.entries()[0]).toBe(`colleague.remove key:${there.fingerprint.replaceAll(' ', '')}`);
  expect(here.told()).toBe('sharing');
  expect([await known(there), await known(third)]).toEqual([false, true]);
});

test('a case is made with progress, named by its id, entered and told; so are its opening, its answer and that being filed', async () => {
  const { here, there, lesion, make, open } = await twoClinics();
  const shares: number[] = [];
  here.handlers['sharing.progress']({}, ({ makingId, share }) => {
    expect(makingId).toBe(id);
    shares.push(share);
  });
  here.told();
  const { bytes, fileName } = await make();
  expect(shares).toEqual([1 / 3, 2 / 3]);
  const [given] = (await here.handlers['sharing.overview']({}, calling)).cases;
  const caseId = given?.id ?? '';
  expect(fileName).toBe(`case-${caseId.slice(0, 8)}.dermaspike-case`);
  expect(given).toMatchObject({ sealedFor: 'There', isDeidentified: false });
  expect(here.entries()[0]).toBe(`case.share case:${caseId} lesion:${lesion.id}`);
  expect(here.told()).toBe('sharing');
  const opened = await open(bytes);
  expect(opened.case).toMatchObject({ caseId, clinicName: 'Here', program: '0.1.0' });
  expect(there.entries()[0]).toBe(`case.open case:${caseId}`);
  const { openedId } = opened;
  const answer = await there.handlers['sharing.answer'](
    { openedId, answers: answering('L1') },
    calling,
  );
  expect(answer.fileName).toBe(`answer-${caseId.slice(0, 8)}.dermaspike-answer`);
  expect(there.entries()[0]).toBe(`case.answer case:${caseId}`);
  here.told();
  await here.handlers['sharing.fileAnswer']({ bytes: answer.bytes }, calling);
  expect(here.entries()[0]).toBe(`case.file-answer case:${caseId} lesion:${lesion.id}`);
  expect(here.told()).toBe('lesions sharing');
  const found = await here.handlers['sharing.inspectAnswer']({ bytes: answer.bytes }, calling);
  expect(found).toMatchObject({ clinicName: 'There', isFiled: true });
});

test('what a screen has open is zeroed when it is closed, when the next one is opened and when the screen is locked', async () => {
  const { there, make, open } = await twoClinics();
  const { bytes } = await make();
  const from = vi.spyOn(Buffer, 'from');
  /** Opens the case, and has one of its pictures drawn. */
  const opening = async () => {
    from.mockClear();
    const opened = await open(bytes);
    const key = from.mock.results
      .map(({ value }) => value as Buffer)
      .find(({ length }, at) => {
        const [text, encoding] = from.mock.calls[at] as unknown as [unknown, unknown];
        return encoding === 'base64' && typeof text === 'string' && length === 32;
      });
    const { openedId } = opened;
    const asked = { openedId, imageRef: 'I2', maxSidePx: 100 };
    await there.handlers['sharing.picture'](asked, calling);
    const picture = there.drawn.of.at(-1);
    const isZero = () => [key, picture].map((each) => each?.every((value) => value === 0));
    expect(isZero()).toEqual([false, false]);
    return { openedId, isZero, look: () => there.handlers['sharing.picture'](asked, calling) };
  };
  const gone = expect.objectContaining({ code: 'not-found' });
  const first = await opening();
  there.handlers['sharing.close']({ openedId: id }, calling);
  expect(first.isZero()).toEqual([false, false]);
  there.handlers['sharing.close']({ openedId: first.openedId }, calling);
  expect(first.isZero()).toEqual([true, true]);
  expect(first.look).toThrow(gone);
  const second = await opening();
  const third = await opening();
  expect([second.isZero(), third.isZero()]).toEqual([
    [true, true],
    [false, false],
  ]);
  expect(second.look).toThrow(gone);
  there.lock();
  expect(third.isZero()).toEqual([true, true]);
  expect(third.look).toThrow(gone);
  from.mockRestore();
});

test('a lock while a case or an answer is made, opened or filed ends it: nothing is entered, filed or told', async () => {
  const { here, there, lesion, make, open } = await twoClinics();
  const { bytes } = await make();
  const { openedId } = await open(bytes);
  const { bytes: answer } = await there.handlers['sharing.answer'](
    { openedId, answers: answering('L1') },
    calling,
  );
  const slow: [SharingScreen, () => unknown][] = [
    [here, () => make()],
    [here, () => here.handlers['sharing.inspectAnswer']({ bytes: answer }, calling)],
    [here, () => here.handlers['sharing.fileAnswer']({ bytes: answer }, calling)],
    [
      there,
      () => there.handlers['sharing.answer']({ openedId, answers: answering('L1') }, calling),
    ],
    [there, () => open(bytes)],
  ];
  for (const [screen, begin] of slow) {
    screen.told();
    const before = screen.entries();
    const begun = Promise.resolve(begin());
    begun.catch(() => {});
    screen.lock();
    await expect(begun).rejects.toMatchObject({ code: 'locked' });
    expect(screen.entries()).toEqual(before);
    expect(screen.told()).toBe('');
  }
  expect(here.store.sharedCases.answersOf(lesion.id)).toEqual([]);
});

test('what is kept of a case is told with how far it is, and to every screen when it ends, also where it fails', async () => {
  const { there, make, open } = await twoClinics();
  const { openedId } = await open((await make()).bytes);
  const { id: patientId } = there.store.patients.enrol(details({ familyName: 'Okafor' }));
  const shares: unknown[] = [];
  there.handlers['sharing.progress']({}, (event) => shares.push(event));
  const keep = (personRef: string) =>
    there.handlers['sharing.keep']({ openedId, keepingId: id, personRef, patientId }, calling);
  there.told();
  await expect(keep('P9')).rejects.toMatchObject({ code: 'not-found' });
  expect(there.told()).toBe('images lesions patients readings');
  expect(await keep('P1')).toEqual({ lesions: 1, images: 2, duplicates: 0, failed: 0 });
  expect(there.told()).toBe('images lesions patients readings');
  expect(shares).toEqual([
    { makingId: id, share: 0.5 },
    { makingId: id, share: 1 },
  ]);
});

test('of the cases that were given away the newest two hundred are shown', async () => {
  const { here, lesion } = await twoClinics();
  const lesions = [{ ref: 'L1', lesionId: lesion.id }];
  const ids = Array.from({ length: 201 }, () => randomUUID());
  for (const each of ids)
    here.store.sharedCases.add({
      ...{ id: each, answerKey: Buffer.alloc(32), lesions, isDeidentified: true },
      ...{ userId: here.user.id, sealedFor: '' },
    });
  const { cases } = await here.handlers['sharing.overview']({}, calling);
  expect(cases.map((each) => each.id)).toEqual(ids.toReversed().slice(0, 200));
});

test('an answer about a lesion that was erased since says so of that one alone', async () => {
  const { here, there, lesion, images, open, make, patientId } = await twoClinics();
  const { id: otherId } = here.store.patients.enrol(details({ familyName: 'Lind' }));
  const erased = addLesion(here.store, otherId);
  const lesionIds = [lesion.id, erased.id, lesion.id];
  const { bytes } = await make({ lesionIds, imageIds: images.map((each) => each.id) });
  const opened = await open(bytes);
  expect(opened.case.persons).toMatchObject([
    { ref: 'P1', ageYears: null, lesions: [{ ref: 'L1' }] },
    { ref: 'P2', lesions: [{ ref: 'L2' }] },
  ]);
  const { openedId } = opened;
  const answers = answering('L2', 'L1');
  const answer = await there.handlers['sharing.answer']({ openedId, answers }, calling);
  here.store.erasures.erase(
    {
      ...{ subject: { kind: 'patient', id: otherId }, reason: 'request' },
      ...{ userId: here.user.id, secondUserId: null },
    },
    () => {},
  );
  const found = await here.handlers['sharing.inspectAnswer']({ bytes: answer.bytes }, calling);
  expect(found.answers).toMatchObject([
    { lesionRef: 'L2', lesion: null, patient: null },
    { lesionRef: 'L1', lesion: { id: lesion.id }, patient: { id: patientId } },
  ]);
});

test('what was not looked at does not go out, though as many pictures were', async () => {
  const { images, make } = await twoClinics();
  const [first, second] = images.map((each) => each.id);
  for (const imageIds of [[first, id], [first], [first, second, id], [first, first]])
    await expect(make({ imageIds })).rejects.toMatchObject({ code: 'changed-meanwhile' });
  await make({ imageIds: [second, first] });
});

test('more than a file can hold is refused before anything is drawn', async () => {
  const { here, lesion, make } = await twoClinics();
  for (let n = 2; n <= caseLimits.imagesOfLesion; n++) takeImage(here.store, lesion.id);
  const imageIds = here.store.images.listByLesion(lesion.id).map((each) => each.id);
  await expect(make({ imageIds })).rejects.toMatchObject({ code: 'case-too-much' });
  expect(here.drawn.of).toEqual([]);
});

test('pictures fill a file up to its very last byte, beside what was said, and one byte more is refused as too much', async () => {
  const { here, there, images, make, lesion } = await twoClinics();
  const [image] = images;
  here.store.images.remove(images[1]?.id ?? '');
  const imageIds = [image?.id];
  const own = here.store;
  const { bytes } = await make({ imageIds });
  const opener = { own: there.store.sharedCases.ownKey(newSharingKey) };
  const { document } = await openCase(bytes, 'dermaspike-case', opener);
  const most = maxCaseBytes - Buffer.byteLength(JSON.stringify(document)) - 32_768;
  here.drawn.bytes = most + 1;
  await expect(make({ imageIds })).rejects.toMatchObject({ code: 'case-too-much' });
  here.drawn.bytes = most;
  const made = await make({ imageIds });
  expect(made.bytes.length).toBeGreaterThan(most);
  expect(own.sharedCases.list(9).map((each) => each.lesions)).toEqual([
    [{ ref: 'L1', lesionId: lesion.id }],
    [{ ref: 'L1', lesionId: lesion.id }],
  ]);
});

test('a passphrase that seals a case costs as much to guess as one that opens the clinic', async () => {
  const { make } = await twoClinics();
  const { bytes } = await make({ sealedFor: { passphrase } });
  const { to } = recipientOf(bytes, 'dermaspike-case');
  expect(to).toMatchObject({ kind: 'passphrase', n: 131_072, r: 8, p: 1 });
});

test('a case that is not what its file says, or names pictures that it has not, is damaged', async () => {
  const { there, make, open } = await twoClinics();
  const opened = await open((await make()).bytes);
  const { publicKey } = there.store.sharedCases.ownKey(newSharingKey);
  const answerKey = Buffer.alloc(32).toString('base64');
  const sealed = (document: object, fileId = opened.case.caseId, pictures = 2) =>
    sealCase({
      ...{ format: 'dermaspike-case', id: fileId, document, signingKey: newSigningKey() },
      ...{ attachments: Array.from({ length: pictures }, () => new Uint8Array(3)) },
      recipient: { kind: 'clinic', publicKey },
    });
  const damaged = { code: 'case-damaged' };
  const whole = { case: opened.case, answerKey };
  expect((await open(await sealed(whole))).case).toEqual(opened.case);
  for (const file of [
    sealed({ ...whole, answerKey: 'short' }),
    sealed({ case: { ...opened.case, persons: [] }, answerKey }),
    sealed(whole, randomUUID()),
    sealed(whole, opened.case.caseId, 1),
    sealed(whole, opened.case.caseId, 0),
  ])
    await expect(open(await file)).rejects.toMatchObject(damaged);
});

test('an answer to another case, or to none, and one that is not what its file says, is not taken', async () => {
  const { here, there, make, open } = await twoClinics();
  const { case: shared, openedId } = await open((await make()).bytes);
  const answer = (...refs: string[]) =>
    there.handlers['sharing.answer']({ openedId, answers: answering(...refs) }, calling);
  for (const refs of [['L1', 'L2'], ['L2'], ['L1', 'L1']])
    await expect(answer(...refs)).rejects.toMatchObject({ code: 'invalid-input' });
  const { caseId } = shared;
  const key = here.store.sharedCases.answerKey(caseId) ?? new Uint8Array();
  const inspect = (bytes: Uint8Array) => here.handlers['sharing.inspectAnswer']({ bytes }, calling);
  const answerId = randomUUID();
  const document = {
    ...{ answerId, caseId, clinicName: 'There', authorName: 'Dr Lind' },
    ...{ answeredAt: '2026-03-10T12:00:00.000Z', answers: answering('L1') },
  };
  const sealed = (
    of: object,
    fileId = answerId,
    recipient: Recipient = { kind: 'case', caseId, key },
  ) =>
    sealCase({
      ...{ format: 'dermaspike-answer', id: fileId, document: of, attachments: [], recipient },
      signingKey: newSigningKey(),
    });
  expect(await inspect(await sealed(document))).toMatchObject({ authorName: 'Dr Lind' });
  const damaged = { code: 'case-damaged' };
  for (const file of [
    sealed({ ...document, answers: [] }),
    sealed({ ...document, caseId: randomUUID() }),
    sealed(document, randomUUID()),
  ])
    await expect(inspect(await file)).rejects.toMatchObject(damaged);
  const unknown = { code: 'case-unknown' };
  const cost = { n: 2 ** 4, r: 8, p: 1 };
  for (const recipient of [
    { kind: 'case', caseId: randomUUID(), key },
    { kind: 'passphrase', passphrase, cost },
  ] as const)
    await expect(inspect(await sealed(document, answerId, recipient))).rejects.toMatchObject(
      unknown,
    );
});

test('of a newborn and of nobody’s birth date the age is what it is', async () => {
  const { here, make, open } = await twoClinics();
  const ageOf = async (birthDate: string | null) => {
    const patient = here.store.patients.enrol(details({ familyName: 'Lind', birthDate }));
    const { id: lesionId } = addLesion(here.store, patient.id);
    const { case: shared } = await open(
      (await make({ lesionIds: [lesionId], imageIds: [] })).bytes,
    );
    return (shared as SharedCase).persons[0]?.ageYears;
  };
  expect(await ageOf('2026-03-09')).toBe(0);
  expect(await ageOf('2025-03-09')).toBe(1);
  expect(await ageOf(null)).toBeNull();
});

test('what is held back from who is blindly asked is told lesion by lesion, and is in no case of theirs', async () => {
  const { here, patientId, lesion, images, make } = await twoClinics();
  const other = addLesion(here.store, patientId, 'B');
  const { store, user } = here;
  store.reviews.add({
    ...{ imageId: images[0]?.id ?? '', readingId: null, reviewerId: user.id },
    details: reviewDetails.parse({ impression: 'nv', decision: 'no-action', note: '' }),
  });
  const colleague = await store.accounts.add(
    { name: 'Blind', role: 'clinician', passphrase },
    () => {},
  );
  const request: OpinionRequest = { askedOfId: colleague.id, isBlind: true, question: '' };
  store.secondOpinions.ask(images[0]?.id ?? '', request, user.id);
  here.enter(colleague);
  const plan = await here.handlers['sharing.planPatient']({ patientId }, calling);
  expect(
    plan.lesions.map((each) => [each.lesion.id, each.isHeldBack, each.imageIds.length]),
  ).toEqual([
    [lesion.id, true, 2],
    [other.id, false, 0],
  ]);
  await expect(make()).rejects.toMatchObject({ code: 'not-allowed' });
  expect(() =>
    here.handlers['sharing.plan']({ lesionIds: [other.id, lesion.id] }, calling),
  ).toThrow(expect.objectContaining({ code: 'not-allowed' }));
  const allowed = await here.handlers['sharing.plan']({ lesionIds: [other.id] }, calling);
  expect(allowed.lesions).toMatchObject([{ isHeldBack: false }]);
});

test('of who took the consent to share or to their photographs back nothing is planned or made, until they give it again', async () => {
  const { here, patientId, lesion, make } = await twoClinics();
  const { store, user } = here;
  const say = (scope: 'sharing' | 'photographs' | 'research', answer: 'given' | 'withdrawn') =>
    store.consents.add(
      patientId,
      { scope, answer, saidOn: '2026-03-09', saidBy: 'patient', note: '' },
      user.id,
    );
  const { handlers } = here;
  const outcomes = () =>
    Promise.all(
      [
        async () => handlers['sharing.plan']({ lesionIds: [lesion.id] }, calling),
        async () => handlers['sharing.planPatient']({ patientId }, calling),
        async () => make(),
      ].map((work) =>
        work().then(
          () => 'done',
          (error: { code: string }) => error.code,
        ),
      ),
    );
  const done = Array(3).fill('done');
  const refused = Array(3).fill('consent-withdrawn');
  say('research', 'withdrawn');
  expect(await outcomes()).toEqual(done);
  for (const scope of ['sharing', 'photographs'] as const) {
    say(scope, 'withdrawn');
    expect(await outcomes()).toEqual(refused);
    say(scope, 'given');
    expect(await outcomes()).toEqual(done);
  }
});

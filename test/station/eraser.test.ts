import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ErasureSubject, HeadVersion } from '../../src/clinic/entities/index.ts';
import { Broadcast } from '../../src/station/changes.ts';
import { learnAnew } from '../../src/station/classes/learning.ts';
import type { Rescorer } from '../../src/station/classes/rescorer.ts';
import type { Clinics } from '../../src/station/clinics.ts';
import type { Topic } from '../../src/station/contract/index.ts';
import { Eraser } from '../../src/station/eraser.ts';
import { StationError } from '../../src/station/errors.ts';
import { readClinicFile } from '../../src/store/clinic-file.ts';
import { listSetAside } from '../../src/store/index.ts';
import { temporaryFolder } from '../store/harness.ts';
import { classClinic, evaluationOf, scar } from './class-clinic.ts';

vi.mock('../../src/station/classes/learning.ts', { spy: true });
vi.mock('../../src/store/index.ts', { spy: true });

const passphrase = 'marble window kettle';
const unaborted = new AbortController().signal;
const shown = [
  ...['erasures', 'patients', 'lesions', 'images', 'readings', 'reviews'],
  ...['drafts', 'classes', 'copies'],
];
const over = ['erasures', 'copies'];

let clinic: Awaited<ReturnType<typeof classClinic>>;
let eraser: Eraser;
let changed: Broadcast<readonly Topic[]>;
const told: (readonly Topic[])[] = [];
const wake = vi.fn();
const state = { isOpen: true };
beforeEach(async () => {
  clinic = await classClinic();
  state.isOpen = true;
  const { store, heads } = clinic;
  const assertOpen = () => {
    if (!state.isOpen) throw new StationError('locked', 'The clinic was locked.');
  };
  const clinics = Object.assign(state, { dataFolder: temporaryFolder(), store, assertOpen });
  changed = new Broadcast();
  const rescorer = { wake } as unknown as Rescorer;
  eraser = new Eraser(clinics as unknown as Clinics, heads, rescorer, changed);
  changed.subscribe((topics) => told.push(topics));
});
afterEach(() => {
  told.length = 0;
  wake.mockClear();
  vi.mocked(learnAnew).mockReset();
  vi.mocked(listSetAside).mockReset();
});

const add = (name: string, role: 'clinician' | 'assistant' | 'administrator') =>
  clinic.store.accounts.add({ name, role, passphrase });
type Second = { userId: string; passphrase: string } | null;
const erase = (subject: ErasureSubject, second: Second = null, signal = unaborted) =>
  eraser.erase(clinic.work, { subject, reason: 'request', second }, signal);
const patientOf = (seed: number) => ({ kind: 'patient', id: clinic.read(seed).patientId }) as const;
const entries = (limit: number) =>
  clinic.store.audit.list(limit).map(({ action, userName }) => `${userName}: ${action}`);
const me = 'Dr. Ada Grün';

describe('what is to be erased', () => {
  test('is in the copies that were made since it came, that moment included', () => {
    const subject = patientOf(1);
    const { since } = eraser.plan(clinic.work, subject).plan;
    const at = (ms: number) => new Date(Date.parse(since) + ms).toISOString();
    const copies = [at(1), at(0), at(-1)].map((madeAt) => ({ madeAt }));
    vi.mocked(listSetAside).mockReturnValueOnce(copies as ReturnType<typeof listSetAside>);
    expect(eraser.plan(clinic.work, subject).copies).toBe(2);
  });

  test('is agreed to by another user who may, where there is one', async () => {
    const subject = patientOf(1);
    await add('Assistant', 'assistant');
    const seconds = () => eraser.plan(clinic.work, subject).seconds;
    expect(seconds()).toEqual([]);
    const { id } = await add('Second', 'clinician');
    const gone = await add('Gone', 'administrator');
    clinic.store.accounts.disable(gone.id);
    expect(seconds()).toEqual([{ id, name: 'Second' }]);
  });
});

describe('who agrees', () => {
  test('is a user who may, by their own passphrase; who tried another is entered', async () => {
    const subject = patientOf(1);
    const { id } = await add('Second', 'clinician');
    const assistant = await add('Assistant', 'assistant');
    const refused = { code: 'not-allowed', message: expect.stringContaining('Two users') };
    for (const second of [
      null,
      { userId: assistant.id, passphrase },
      { userId: clinic.user.id, passphrase },
    ])
      await expect(erase(subject, second)).rejects.toMatchObject(refused);
    const wrong = erase(subject, { userId: id, passphrase: 'not this one' });
    await expect(wrong).rejects.toMatchObject({ code: 'wrong-passphrase' });
    const [entry] = clinic.store.audit.list(1);
    expect(entry).toMatchObject({
      ...{ action: 'erasure.not-approved', userName: me },
      subject: `patient:${subject.id} user:${id}`,
    });
    const locked = erase(subject, { userId: id, passphrase: 'not this one' });
    clinic.lock();
    await expect(locked).rejects.toMatchObject({ code: 'locked' });
    expect(clinic.store.audit.list(1)).toEqual([entry]);
    expect(clinic.store.patients.get(subject.id)).toMatchObject({ id: subject.id });
  });

  test('has signed the entry of it, and has seen the log as far as there', async () => {
    const subject = patientOf(1);
    const { id } = await add('Second', 'clinician');
    const done = await erase(subject, { userId: id, passphrase });
    expect(done).toMatchObject({ userName: me, secondUserName: 'Second', proof: {} });
    const { users } = readClinicFile(clinic.folder);
    const { seq } = users.find(({ userId }) => userId === id)?.seen ?? { seq: 0 };
    const log = clinic.store.audit.list(500).map(({ action }) => action);
    expect(seq).toBeGreaterThanOrEqual(log.length - log.indexOf('patient.approve-erasure'));
    expect((await clinic.store.checkAudit()).problems).toEqual([]);
  });
});

describe('an erasure', () => {
  test('is told of when the records are gone and when their files are, and changes no head that has not learned from them', async () => {
    const done = await erase(patientOf(1));
    expect(done.secondUserName).toBeNull();
    expect(told).toEqual([shown, over]);
    expect([wake.mock.calls.length, vi.mocked(learnAnew).mock.calls.length]).toEqual([0, 0]);
    expect(entries(2)).toEqual(['Dermaspike: erasure.finish', `${me}: patient.erase`]);
    changed.emit(['session']);
    expect(told).toEqual([shown, over, ['session']]);
  });

  test('is gone on with at the next unlocking where its files could not be seen to, and by nothing else', async () => {
    const finish = vi.spyOn(clinic.store.erasures, 'finish');
    finish.mockRejectedValueOnce(new Error('The disk is full.'));
    const { id } = await erase(patientOf(1));
    const proof = () => clinic.store.erasures.get(id).proof;
    expect([proof(), told]).toEqual([null, [shown, over]]);
    changed.emit(['users']);
    state.isOpen = false;
    changed.emit(['session']);
    expect(finish).toHaveBeenCalledTimes(1);
    state.isOpen = true;
    changed.emit(['images', 'session']);
    await finish.mock.results[1]?.value;
    expect(proof()).not.toBeNull();
  });

  test('of whose screen is locked before it begins is none, and during it is done unseen', async () => {
    vi.spyOn(clinic.store.erasures, 'finish').mockImplementationOnce(async () => {
      state.isOpen = false;
    });
    const subject = patientOf(1);
    await expect(erase(subject)).rejects.toMatchObject({ code: 'locked' });
    expect(() => clinic.store.patients.get(subject.id)).toThrow();
    const other = patientOf(2);
    clinic.lock();
    await expect(erase(other)).rejects.toMatchObject({ code: 'locked' });
    expect(clinic.store.patients.get(other.id)).toMatchObject({ id: other.id });
  });

  test('whose list was damaged is told of when the list is made good', async () => {
    const mend = vi.spyOn(clinic.store.erasures, 'mendList').mockResolvedValueOnce();
    await eraser.mendList(clinic.work);
    expect([mend.mock.calls[0]?.[1], told]).toEqual([clinic.user.id, [['erasures']]]);
  });
});

describe('of a version that reads and has learned from an image that is erased', () => {
  /** A version that reads, by whose measure `nv` falls, and its examples; of the same head as the shipped. */
  function reading() {
    const { store, heads, user } = clinic;
    store.classExamples.addChange(scar, user.id);
    const examples = [clinic.exampleOf('scar', 1), clinic.exampleOf('scar', 2)];
    store.models.putHead({
      ...{
        name: 'learned',
        sha256: 'ab'.repeat(32),
        networkSha256: heads.model.sha256,
        json: '{}',
      },
    });
    const version = store.headVersions.add({
      ...{ headSha256: 'ab'.repeat(32), parentNumber: null, learner: 'analytic', changes: [scar] },
      ...{ evaluation: evaluationOf('nv'), authorId: user.id },
      examples: examples.map(({ id }) => ({ imageId: id, code: 'scar' })),
    });
    store.headVersions.approve(version, user.id, 'As was measured.');
    store.headVersions.activate(
      { number: version.number, headSha256: version.headSha256 },
      user.id,
    );
    return { version, examples };
  }
  const learned = (evaluation: HeadVersion['evaluation'], examples: string[]) => ({
    head: { ...clinic.heads.shipped, name: 'anew', sha256: 'cd'.repeat(32), file: '{}' },
    ...{ learner: 'analytic' as const, parentNumber: null, changes: [scar], evaluation },
    examples: examples.map((imageId) => ({ imageId, code: 'scar' })),
  });
  const heads = () => clinic.store.headVersions;

  test.each([
    ['the same class', evaluationOf('nv')],
    ['no class', evaluationOf()],
  ])(
    'one that is learned anew reads on where %s falls, approved as the one before',
    async (_, evaluation) => {
      const { version, examples } = reading();
      const [erased, kept] = examples;
      if (!erased || !kept) throw new Error('no examples');
      const { id: approver } = await add('Second', 'clinician');
      vi.mocked(learnAnew).mockResolvedValueOnce(learned(evaluation, [kept.id]));
      const subject = { kind: 'image', id: erased.id } as const;
      await erase(subject, { userId: approver, passphrase });
      const isGone = vi.mocked(learnAnew).mock.calls[0]?.[3];
      expect([erased.id, kept.id].map((id) => isGone?.(id))).toEqual([true, false]);
      expect(heads().active()).toMatchObject({ number: 2, headSha256: 'cd'.repeat(32) });
      expect(heads().get(2)).toMatchObject({
        ...{ state: 'active', examples: 1, authorName: me, approverName: 'Second' },
        reason: 'As was measured.',
      });
      expect(heads().get(version.number).state).toBe('erased');
      expect(clinic.store.rescorings.newest()).toMatchObject({ headSha256: 'cd'.repeat(32) });
      expect(wake).toHaveBeenCalledTimes(1);
      const actions = clinic.store.audit
        .list(10)
        .map(({ action, subject }) => `${action} ${subject}`);
      expect(actions).toEqual(
        expect.arrayContaining([
          'head.learn head:2',
          'head.approve head:2',
          'head.activate head:2',
        ]),
      );
    },
  );

  test.each([
    ['a class falls that did not', () => learned(evaluationOf('nv', 'mel'), [])],
    ['none can be learned', () => null],
  ])('the shipped classes read where %s', async (_, result) => {
    const { examples } = reading();
    const [erased] = examples;
    vi.mocked(learnAnew).mockResolvedValueOnce(result());
    const forget = vi.spyOn(clinic.heads, 'forget');
    await erase({ kind: 'patient', id: erased?.patientId ?? '' });
    const { sha256 } = clinic.heads.shipped;
    expect(heads().active()).toEqual({ number: null, headSha256: sha256 });
    expect(heads().list()).toHaveLength(1);
    expect(clinic.store.rescorings.newest()).toMatchObject({ headSha256: sha256 });
    const actions = clinic.store.audit
      .list(10)
      .map(({ action, subject }) => `${action} ${subject}`);
    expect(actions).toContain('head.activate head:shipped');
    expect(actions.join()).not.toContain('head.learn');
    expect([wake.mock.calls.length, forget.mock.calls.length]).toEqual([1, 1]);
  });

  test('an example of an erased patient’s is not learned from, one of another patient’s is', async () => {
    const { examples } = reading();
    const [erased] = examples;
    const seen: boolean[] = [];
    vi.mocked(learnAnew).mockImplementationOnce(async (_store, _heads, _version, isGone) => {
      seen.push(...examples.map(({ id }) => isGone(id)));
      return null;
    });
    await erase({ kind: 'patient', id: erased?.patientId ?? '' });
    expect(seen).toEqual([true, false]);
  });

  test('nothing is erased where it is stopped while it is learned anew', async () => {
    const { examples } = reading();
    vi.mocked(learnAnew).mockRejectedValueOnce(new StationError('cancelled', 'Stopped.'));
    const id = examples[0]?.id ?? '';
    await expect(erase({ kind: 'image', id })).rejects.toMatchObject({ code: 'cancelled' });
    expect(clinic.store.images.get(id)).toMatchObject({ id });
    expect(heads().active()?.number).toBe(1);
  });
});

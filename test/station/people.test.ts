import { describe, expect, test, vi } from 'vitest';
import { type Role, reviewDetails } from '../../src/clinic/entities/index.ts';
import { assertMayCall, needsSecondUser } from '../../src/station/access.ts';
import { Broadcast } from '../../src/station/changes.ts';
import { acceleratorHandlers } from '../../src/station/handlers/accelerators.ts';
import { copyHandlers } from '../../src/station/handlers/copies.ts';
import { healthHandlers } from '../../src/station/handlers/health.ts';
import { measuringHandlers } from '../../src/station/handlers/measuring.ts';
import { secondOpinionHandlers } from '../../src/station/handlers/second-opinions.ts';
import { sessionHandlers } from '../../src/station/handlers/session.ts';
import { userHandlers } from '../../src/station/handlers/users.ts';
import { Measurer } from '../../src/station/measurer.ts';
import { addLesion, addReading, details, passphrase } from '../store/harness.ts';
import { calling, newScreen, type Screen, scaleOf, takeImage } from './screen.ts';

const add = ({ store }: Screen, name: string, role: Role) =>
  store.accounts.add({ name, role, passphrase }, () => {});

test('a second pair of eyes is asked for once two users may do it: roles that may not, and disabled users, do not count', async () => {
  const screen = await newScreen();
  const needed = () => needsSecondUser(screen.store, 'classes.approve');
  expect(needed()).toBe(false);
  await add(screen, 'Assistant', 'assistant');
  expect(needed()).toBe(false);
  const { id } = await add(screen, 'Clinician', 'clinician');
  expect(needed()).toBe(true);
  await add(screen, 'Steward', 'steward');
  expect(needed()).toBe(true);
  screen.store.accounts.disable(id, () => {});
  expect(needed()).toBe(true);
  expect(needsSecondUser(screen.store, 'settings.set')).toBe(false);
});

test('what anyone may call is called by a disabled user, too, and by nobody who is not told their role', async () => {
  const { user } = await newScreen();
  const disabled = { ...user, disabledAt: '2026-03-10T12:00:00.000Z' };
  expect(() => assertMayCall({ user: disabled }, 'anyone')).not.toThrow();
  expect(() => assertMayCall({ user }, ['clinician', 'steward'])).toThrow(
    /^Only a clinician or a steward can do this/,
  );
});

describe('a second opinion', () => {
  const heads = {
    active: () => ({ head: { classes: [{ code: 'nv' }, { code: 'mel' }] } }),
    shipped: { classes: [] },
  };
  async function clinic() {
    const screen = await newScreen();
    const { store, user } = screen;
    const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
    const image = takeImage(store, addLesion(store, patientId).id);
    const said = reviewDetails.parse({ impression: 'nv', decision: 'no-action', note: '' });
    store.reviews.add({ imageId: image.id, readingId: null, reviewerId: user.id, details: said });
    const context = { ...screen.context, heads } as unknown as typeof screen.context;
    const opinions = secondOpinionHandlers(context);
    const ask = (askedOfId: string) =>
      opinions['secondOpinions.ask'](
        { imageId: image.id, request: { askedOfId, isBlind: false, question: '' } },
        calling,
      );
    return { screen, store, user, image, opinions, ask };
  }

  test('is asked of a colleague who gives opinions: of nobody else, and of no disabled user', async () => {
    const { screen, store, image, ask } = await clinic();
    const refused = expect.objectContaining({ code: 'invalid-input' });
    const assistant = await add(screen, 'Assistant', 'assistant');
    const former = await add(screen, 'Former', 'clinician');
    store.accounts.disable(former.id, () => {});
    for (const id of ['01890000-0000-7000-8000-000000000000', assistant.id, former.id])
      expect(() => ask(id)).toThrow(refused);
    const colleague = await add(screen, 'Colleague', 'clinician');
    screen.told();
    const { id } = await ask(colleague.id);
    expect(screen.entries()[0]).toBe(`second-opinion.ask second-opinion:${id} image:${image.id}`);
    expect(screen.told()).toBe('opinions');
  });

  test('that differs is settled by a review, entered by both and told; that is withdrawn by either of the two', async () => {
    const { screen, store, user, image, opinions, ask } = await clinic();
    const colleague = await add(screen, 'Colleague', 'clinician');
    for (const withdrawing of [user, colleague]) {
      const { id: opinionId } = await ask(colleague.id);
      screen.enter(withdrawing);
      await opinions['secondOpinions.withdraw']({ opinionId }, calling);
      expect(store.secondOpinions.get(opinionId).withdrawn?.byName).toBe(withdrawing.name);
      screen.enter(user);
    }
    const { id: opinionId } = await ask(colleague.id);
    screen.enter(colleague);
    const melanoma = reviewDetails.parse({ impression: 'mel', decision: 'excise', note: 'veil' });
    await opinions['secondOpinions.answer']({ opinionId, details: melanoma }, calling);
    const of = `second-opinion:${opinionId} image:${image.id}`;
    expect(screen.entries()[0]).toBe(`second-opinion.answer ${of}`);
    screen.told();
    const settled = { opinionId, readingId: null, details: melanoma };
    const { id } = await opinions['secondOpinions.settle'](settled, calling);
    expect(screen.told()).toBe('followUps opinions patients reviews');
    expect(screen.entries()[0]).toBe(`second-opinion.settle ${of}`);
    expect(store.secondOpinions.get(opinionId).consensusReviewId).toBe(id);
    expect(() =>
      opinions['secondOpinions.settle'](
        { ...settled, details: { ...melanoma, note: ' ' } },
        calling,
      ),
    ).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('users', () => {
  function usersOf(screen: Screen, isDemo = false) {
    const dataKeys = {
      progress: new Broadcast<{ share: number }>(),
      ...{ begin: vi.fn(async () => 'a recovery key'), goOn: vi.fn(), giveUp: vi.fn() },
    };
    const lockUser = vi.fn();
    const session = Object.create(screen.context.session, { isDemo: { value: isDemo } });
    const given = { ...screen.context, session, dataKeys, clinics: { lockUser } };
    return {
      users: userHandlers(given as unknown as typeof screen.context),
      ...{ dataKeys, lockUser },
    };
  }

  test('of the demo clinic stay as they are', async () => {
    const screen = await newScreen();
    const { users } = usersOf(screen, true);
    const userId = screen.user.id;
    const other = 'granite window thirty';
    const refused = expect.objectContaining({ code: 'not-allowed' });
    for (const change of [
      () => users['users.rename']({ userId, userName: 'Other' }, calling),
      () => users['users.setRole']({ userId, role: 'reader' }, calling),
    ])
      expect(change).toThrow(refused);
    for (const change of [
      users['users.setPassphrase']({ userId, passphrase: other }, calling),
      users['users.changePassphrase']({ current: passphrase, next: other }, calling),
      users['users.renewRecoveryKey']({ passphrase }, calling),
      users['users.changeDataKey']({ passphrase }, calling),
    ])
      await expect(change).rejects.toEqual(refused);
    expect(screen.store.accounts.list()).toEqual([screen.user]);
  });

  test('are told of and entered by what was done to them; who is disabled is locked out at once', async () => {
    const screen = await newScreen();
    const { users, lockUser } = usersOf(screen);
    screen.told();
    const added = await users['users.add'](
      { userName: 'Colleague', role: 'clinician', passphrase },
      calling,
    );
    const userId = added.id;
    const next = () => [screen.entries()[0], screen.told()];
    expect(next()).toEqual([`user.add user:${userId}`, 'session users']);
    await users['users.rename']({ userId, userName: 'Dr Lind' }, calling);
    expect(next()).toEqual([`user.rename user:${userId}`, 'session users']);
    await users['users.setRole']({ userId, role: 'reader' }, calling);
    expect(next()).toEqual([`user.role user:${userId} role:reader`, 'session users']);
    await users['users.disable']({ userId }, calling);
    expect(next()).toEqual([`user.disable user:${userId}`, 'session users']);
    expect(lockUser.mock.calls).toEqual([[userId]]);
  });

  test('have the change of the data key go on, or given up, as the administrator says, who proves who they are to begin it', async () => {
    const screen = await newScreen();
    const { users, dataKeys } = usersOf(screen);
    await expect(
      users['users.changeDataKey']({ passphrase: 'not the passphrase' }, calling),
    ).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect(dataKeys.begin).not.toHaveBeenCalled();
    expect(await users['users.changeDataKey']({ passphrase }, calling)).toEqual({
      recoveryKey: 'a recovery key',
    });
    await users['users.resumeDataKey']({}, calling);
    await users['users.keepDataKey']({}, calling);
    expect([dataKeys.goOn.mock.calls.length, dataKeys.giveUp.mock.calls.length]).toEqual([1, 1]);
  });
});

test('before anybody has unlocked the clinic a passphrase is judged, and being at the screen does nothing', async () => {
  const screen = await newScreen();
  const active = vi.fn();
  const session = {
    isUnlocked: false,
    get user(): never {
      throw new Error('Nobody is there.');
    },
    get store(): never {
      throw new Error('It is locked.');
    },
    idleLock: { active },
  };
  const clinics = { info: () => ({ clinicName: 'Hautklinik am See' }) };
  const given = { ...screen.context, session, clinics };
  const sessions = sessionHandlers(given as unknown as typeof screen.context);
  const levelOf = async (typed: string, names: string[] = []) =>
    (await sessions['session.passphraseStrength']({ passphrase: typed, names }, calling)).level;
  expect(await levelOf('copper lantern orchard')).toBeGreaterThan(1);
  expect(await levelOf('Hautklinik am See')).toBeLessThan(2);
  const someone = 'Zwetschgenbaumer Quillon';
  expect(await levelOf(someone, [someone])).toBeLessThan(await levelOf(someone));
  expect(sessions['session.active']({}, calling)).toEqual({});
  expect(active).not.toHaveBeenCalled();
});

test('whoever comes in, by whichever way, is told to every screen', async () => {
  const screen = await newScreen();
  const come = vi.fn(async () => 'a recovery key');
  const session = {
    ...{ create: come, unlock: come, recover: come },
    state: () => ({ state: 'no-clinic' as const }),
  };
  const given = { ...screen.context, session };
  const sessions = sessionHandlers(given as unknown as typeof screen.context);
  const who = { userName: 'Tester', passphrase };
  const state = { state: 'no-clinic' };
  screen.told();
  const created = await sessions['session.createClinic']({ clinicName: 'Here', ...who }, calling);
  expect([created, screen.told()]).toEqual([
    { recoveryKey: 'a recovery key', session: state },
    'session',
  ]);
  expect([await sessions['session.unlock'](who, calling), screen.told()]).toEqual([
    ...[state, 'session'],
  ]);
  const recovery = { recoveryKey: 'it', userName: 'Tester', newPassphrase: passphrase };
  expect([await sessions['session.recover'](recovery, calling), screen.told()]).toEqual([
    ...[state, 'session'],
  ]);
  expect(come.mock.calls).toEqual([
    ['Here', 'Tester', passphrase],
    ['Tester', passphrase],
    ['it', 'Tester', passphrase],
  ]);
});

test('a check of the records that damage kept from the log says that there is nothing of it', async () => {
  const { context } = await newScreen();
  const found = {
    ok: false,
    pages: 9,
    rows: 9,
    problems: ['patient'],
    problemsInAll: 1,
    audit: null,
  };
  const health = { check: async () => found };
  const handlers = healthHandlers({ ...context, health } as unknown as typeof context);
  expect(await handlers['health.check']({}, calling)).toEqual(found);
});

test('a clinic that is left, or put back as it was, is told to every screen', async () => {
  const screen = await newScreen();
  const done: unknown[] = [];
  const session = {
    leaveDemo: () => done.push('left'),
    putBack: (...given: unknown[]) => done.push(given),
    state: () => ({ state: 'no-clinic' }),
  };
  const given = { ...screen.context, session, dataFolder: screen.folder };
  const context = given as unknown as typeof screen.context;
  sessionHandlers(context)['session.leaveDemo']({}, calling);
  expect([done.splice(0), screen.told()]).toEqual([['left'], 'session']);
  const copyId = '01890000-0000-7000-8000-000000000000';
  copyHandlers(context, '0.1.0')['copies.putBack']({ copyId }, calling);
  expect([done.splice(0), screen.told()]).toEqual([[[copyId, '0.1.0']], 'session']);
});

test('a camera’s profile is entered for each image that it scales, and told; withdrawn it is entered by itself', async () => {
  const screen = await newScreen();
  const { store, user, entries, told } = screen;
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, patientId);
  const [own, other, undevised] = [
    takeImage(store, lesion.id, { device: 'Scope 10' }),
    takeImage(store, lesion.id, { device: 'Scope 10' }),
    takeImage(store, lesion.id),
  ];
  store.measuring.addScale(own.id, scaleOf(0.02), user.id);
  const measurer = new Measurer(undefined as never, undefined as never);
  const measuring = measuringHandlers({ ...screen.context, measurer });
  const of = async (imageId: string) =>
    (await measuring['measuring.ofImage']({ imageId }, calling)).profiles.map(({ id }) => id);
  const profile = await measuring['measuring.addProfile'](
    { imageId: own.id, magnification: '10×' },
    calling,
  );
  const profileId = profile.id;
  expect(entries()[0]).toBe(`profile.add profile:${profileId} image:${own.id}`);
  expect([await of(other.id), await of(undevised.id)]).toEqual([[profileId], []]);
  told();
  expect(await measuring['measuring.applyProfile']({ profileId }, calling)).toEqual({ images: 1 });
  expect(told()).toBe('measures');
  const scale = store.measuring.scaleOf(other.id);
  expect(entries()[0]).toBe(`scale.set scale:${scale?.id} image:${other.id}`);
  await measuring['measuring.withdrawProfile']({ profileId }, calling);
  expect(entries()[0]).toBe(`profile.withdraw profile:${profileId}`);
});

test('of the images that a device has read wrongly five hundred are listed to be read again, the longest ago first', async () => {
  const { store, context } = await newScreen();
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, patientId);
  const accelerator = { kind: 'device', name: 'Pipe', version: '1' } as const;
  const read = Array.from({ length: 501 }, () => {
    const { id } = takeImage(store, lesion.id);
    addReading(store, id, { accelerator });
    return id;
  });
  store.incidents.add({
    ...{ id: '01890000-0000-7000-8000-000000000001', at: store.now().toISOString(), accelerator },
    ...{ kind: 'set-aside', acceleratorId: 'pipe', detail: 'not identical', since: null },
    networkSha256: store.readings.newestByImage(read[0] ?? '')?.networkSha256 ?? null,
  });
  const listed = await acceleratorHandlers(context)['accelerators.readingsToRepeat']({}, calling);
  expect(listed.map(({ image }) => image.id)).toEqual(read.slice(0, 500));
});

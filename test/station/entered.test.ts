import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { acceleratorHandlers } from '../../src/station/handlers/accelerators.ts';
import { auditHandlers } from '../../src/station/handlers/audit.ts';
import { backupHandlers } from '../../src/station/handlers/backup.ts';
import { imageHandlers } from '../../src/station/handlers/images.ts';
import { lesionHandlers } from '../../src/station/handlers/lesions.ts';
import { overviewHandlers } from '../../src/station/handlers/overviews.ts';
import { patientMergeHandlers } from '../../src/station/handlers/patient-merges.ts';
import { recentHandlers } from '../../src/station/handlers/recent.ts';
import { settingsHandlers } from '../../src/station/handlers/settings.ts';
import { enterRead } from '../../src/station/patient-reads.ts';
import { StoreError } from '../../src/store/index.ts';
import { addLesion, addOverview, details } from '../store/harness.ts';
import { calling, newScreen, takeImage } from './screen.ts';

function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-entered-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('what is done to the devices is entered before it is done, and the bridge does it', async () => {
  const screen = await newScreen();
  const dataFolder = temporary();
  const { entries } = screen;
  const done: unknown[] = [];
  /** What was asked of the bridge, and what stood in the log by then. */
  const doing =
    (what: string) =>
    async (...given: unknown[]) => {
      done.push([what, ...given, entries()[0]]);
      return {};
    };
  const bridge = {
    overview: () => 'now',
    onOverview: (emit: (overview: string) => void) => {
      emit('later');
      return () => {};
    },
    ...{ test: doing('test'), setPolicy: doing('policy') },
    ...{ dismiss: doing('dismiss'), rescan: doing('rescan') },
  };
  const context = { ...screen.context, dataFolder, bridge } as unknown as typeof screen.context;
  const handlers = acceleratorHandlers(context);
  const one = { acceleratorId: 'pipe' };
  await handlers['accelerators.test'](one, calling);
  await handlers['accelerators.setPolicy']({ policy: 'emulator-only' }, calling);
  await handlers['accelerators.dismiss'](one, calling);
  await handlers['accelerators.rescan']({}, calling);
  expect(done).toEqual([
    ['test', 'pipe', 'accelerator.test accelerator:pipe'],
    ['policy', 'emulator-only', 'accelerator.policy policy:emulator-only'],
    ['dismiss', 'pipe', 'accelerator.dismiss accelerator:pipe'],
    ['rescan', 'accelerator.rescan accelerator:all'],
  ]);
  const told: unknown[] = [];
  handlers['accelerators.changes']({}, (overview) => told.push(overview));
  expect(told).toEqual(['now', 'later']);
});

test('of the clinic’s settings only what changed is entered, and how it is now', async () => {
  const screen = await newScreen();
  const { store, told } = screen;
  const entries = () => screen.entries().filter((entry) => !entry.startsWith('record.change'));
  const awaitIdle = vi.fn();
  const dataFolder = temporary();
  const given = { ...screen.context, dataFolder, clinics: { awaitIdle } };
  const settings = settingsHandlers(given as unknown as typeof screen.context);
  const first = store.settings.get();
  const before = entries().length;
  const set = (lockAfterMs: number | null, impressionFirst: boolean) => {
    const from = entries().length;
    const wanted = { lockAfterMs, impressionFirst };
    expect(settings['settings.set'](wanted, calling)).toEqual(wanted);
    expect(store.settings.get()).toEqual(wanted);
    expect(awaitIdle).toHaveBeenLastCalledWith(lockAfterMs);
    expect(told()).toBe('settings');
    return entries().slice(0, entries().length - from);
  };
  expect(set(first.lockAfterMs, first.impressionFirst)).toEqual([]);
  expect(set(60_000, first.impressionFirst)).toEqual(['clinic.idle-lock wait-ms:60000']);
  expect(set(60_000, true)).toEqual(['clinic.impression-first on']);
  expect(set(null, false)).toEqual([
    'clinic.impression-first off',
    'clinic.idle-lock wait-ms:never',
  ]);
  expect(entries()).toHaveLength(before + 4);
  const look = { theme: 'dark', singleKeys: false, language: 'fr' } as const;
  expect(settings['settings.setScreen'](look, calling)).toEqual(look);
  expect(told()).toBe('settings');
  expect(settings['settings.screen']({}, calling)).toEqual(look);
});

test('how often the clinic is backed up is entered in hours, or as by hand', async () => {
  const screen = await newScreen();
  const backups = backupHandlers(screen.context);
  const schedule = { everyHours: 12, onLeaving: false, proofEveryDays: 30 };
  for (const [everyHours, often] of [
    [12, 'hours:12'],
    [null, 'by-hand'],
  ] as const) {
    backups['backup.setSchedule']({ ...schedule, everyHours }, calling);
    expect(screen.entries()[0]).toBe(`backup.schedule ${often}`);
    expect(screen.store.settings.backupSchedule()).toEqual({ ...schedule, everyHours });
    expect(screen.told()).toBe('backups');
  }
});

test('what is taken back is entered by what it was done to, of two who were merged by who is apart again, and told', async () => {
  const screen = await newScreen();
  const { store, user, context, entries, told } = screen;
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const { id: otherId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const [lesion, other] = [addLesion(store, patientId), addLesion(store, patientId, 'B')];
  const image = takeImage(store, lesion.id);
  const overview = addOverview(store, patientId, user.id);
  const images = imageHandlers(context);
  const imageIds = [image.id];
  images['images.move']({ imageIds, lesionId: other.id }, calling);
  const moved = entries()[0];
  images['images.move']({ imageIds, lesionId: other.id }, calling);
  expect(entries()[0]).toBe(moved);
  lesionHandlers(context)['lesions.remove']({ lesionId: lesion.id }, calling);
  const at = { x: 0.25, y: 0.75 };
  const overviews = overviewHandlers(context);
  overviews['overviews.mark']({ overviewId: overview.id, lesionId: other.id, at }, calling);
  const merges = patientMergeHandlers(context);
  await merges['patients.merge']({ patientId, intoPatientId: otherId }, calling);
  const recent = recentHandlers(context);
  const changes = await recent['recent.list']({}, calling);
  expect(changes.map(({ change }) => change.did.act)).toEqual([
    ...['patient.merge', 'overview.mark', 'lesion.remove', 'image.move'],
  ]);
  for (const { change } of changes) {
    told();
    recent['recent.undo']({ changeId: change.id }, calling);
    expect(told()).toBe('consents images lesions overviews patients');
  }
  expect(entries().slice(0, 4)).toEqual([
    `image.move-undone image:${image.id}`,
    `lesion.remove-undone lesion:${lesion.id}`,
    `overview.mark-undone overview:${overview.id}`,
    `patient.merge-undone patient:${otherId}`,
  ]);
  expect(await store.checkAudit()).toMatchObject({ intact: true });
});

test('of images that are moved together those that were there before are not entered, nor taken back', async () => {
  const { store, context, entries } = await newScreen();
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const [lesion, other] = [addLesion(store, patientId), addLesion(store, patientId, 'B')];
  const [moving, staying] = [takeImage(store, lesion.id), takeImage(store, other.id)];
  const imageIds = [staying.id, moving.id];
  const before = entries().length;
  const images = imageHandlers(context);
  const moved = await images['images.move']({ imageIds, lesionId: other.id }, calling);
  expect(moved.map(({ id, lesionId }) => [id, lesionId])).toEqual(
    imageIds.map((id) => [id, other.id]),
  );
  expect(entries().slice(0, entries().length - before)).toEqual([
    `image.move image:${moving.id} lesion:${lesion.id} lesion:${other.id}`,
  ]);
  expect(await recentHandlers(context)['recent.list']({}, calling)).toMatchObject([
    { change: { did: { imageIds: [moving.id] } }, lesionLabel: 'B' },
  ]);
});

test('what was printed is entered by its screen or record', async () => {
  const { context, entries } = await newScreen();
  auditHandlers(context)['audit.printed']({ subject: 'screen:worklist' }, calling);
  expect(entries()[0]).toBe('screen.print screen:worklist');
});

test('that a patient was looked at is entered anew a quarter of an hour after the last entry, also by a clock that was set back', async () => {
  const screen = await newScreen();
  const { store, user, turnTo, entries } = screen;
  const { id: one } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const { id: other } = store.patients.enrol(details({ familyName: 'Lind' }));
  const look = (time: string, patientId = one, by = user) => {
    const before = entries().length;
    turnTo(`2026-03-10T${time}`);
    enterRead({ store, user: by }, patientId);
    return entries().length - before;
  };
  expect(look('12:00:00')).toBe(1);
  expect(entries()[0]).toBe(`patient.read patient:${one}`);
  expect(look('12:14:59.999')).toBe(0);
  expect(look('12:00:00', other)).toBe(1);
  expect(look('12:00:00', one, { ...user, id: store.accounts.list()[0]?.id ?? '' })).toBe(0);
  expect(look('12:15:00')).toBe(1);
  expect(look('12:00:00.001')).toBe(0);
  expect(look('12:00:00')).toBe(1);
});

test('a full disk keeps nobody from looking at a patient, and what could not be entered is entered at the next look', async () => {
  const screen = await newScreen();
  const { store, user, entries } = screen;
  const { id } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const append = vi.spyOn(store.audit, 'append');
  const failWith = (error: Error) =>
    append.mockImplementationOnce(() => {
      throw error;
    });
  const before = entries().length;
  failWith(new StoreError('disk-full', 'The disk is full.'));
  enterRead({ store, user }, id);
  failWith(new StoreError('database-damaged', 'It is damaged.'));
  expect(() => enterRead({ store, user }, id)).toThrow('It is damaged.');
  failWith(Object.assign(new Error('Not of the store.'), { code: 'disk-full' }));
  expect(() => enterRead({ store, user }, id)).toThrow('Not of the store.');
  expect(entries()).toHaveLength(before);
  enterRead({ store, user }, id);
  expect(entries()[0]).toBe(`patient.read patient:${id}`);
});

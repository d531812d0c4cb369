import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BridgeError } from '../../native-bridge/client/client.ts';
import { LesionReader } from '../../src/clinic/reader.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await station.close();
});

const importFile = (lesionId: string, bytes: Uint8Array, fileName = 'lesion.jpg') =>
  station.client.call('images.import', { lesionId, importId: fileName, fileName, bytes });

const waiting = async () => (await station.client.call('worklist.page', {})).entries;

describe('the session', () => {
  test('begins without a clinic, and ends unlocked for the person who created one', async () => {
    expect(await station.client.call('session.state', {})).toEqual({ state: 'no-clinic' });
    const { session, recoveryKey } = await station.client.call('session.createClinic', {
      clinicName: 'Test clinic',
      userName: 'Tester',
      passphrase: testPassphrase,
    });
    expect(recoveryKey).toMatch(/^[0-9A-Z-]{20,}$/);
    expect(session).toMatchObject({
      state: 'unlocked',
      clinicName: 'Test clinic',
      user: { name: 'Tester' },
    });
  });

  test('is locked on a screen where nobody has been for so long, after a warning', async () => {
    await enrolOne(station.client);
    const other = await station.secondScreen();
    const warnings: (number | null)[] = [];
    other.subscribe('session.idle', {}, ({ locksInMs }) => {
      warnings.push(locksInMs);
      if (locksInMs) void station.client.call('session.active', {});
    });
    const locked = new Promise<void>((resolve) => {
      other.subscribe('changes', {}, ({ topics }) => {
        if (topics.includes('session')) resolve();
      });
    });
    await station.client.call('settings.set', { lockAfterMs: 400, impressionFirst: false });
    await locked;
    const stateOf = async (client: typeof other) => (await client.call('session.state', {})).state;
    expect([await stateOf(other), await stateOf(station.client)]).toEqual(['locked', 'unlocked']);
    expect(warnings).toEqual([200, null]);
  });

  test('keeps what was begun to be said of an image over a lock', async () => {
    const { lesion } = await enrolOne(station.client);
    const imported = await importFile(lesion.id, await drawTestImage(1));
    const imageId = imported.image.id;
    const draft = { impression: 'nv', decision: null, note: 'asymmetric' };
    await station.client.call('reviews.keepDraft', { imageId, draft });
    await station.client.call('session.lock', {});
    await station.client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
    expect(await station.client.call('images.get', { imageId })).toMatchObject({
      draft,
      reviews: [],
    });
    const begun = async () => (await waiting()).map(({ isBegun }) => isBegun);
    expect(await begun()).toEqual([true]);
    const nothing = { impression: null, decision: null, note: ' ' };
    await station.client.call('reviews.keepDraft', { imageId, draft: nothing });
    expect(await begun()).toEqual([false]);
  });

  test('refuses a wrong passphrase by its code', async () => {
    await enrolOne(station.client);
    await station.client.call('session.lock', {});
    const wrong = station.client.call('session.unlock', {
      userName: 'Tester',
      passphrase: 'not this one',
    });
    await expect(wrong).rejects.toMatchObject({ code: 'wrong-passphrase' });
  });

  test('that is locked while somebody unlocks it stays locked', async () => {
    await enrolOne(station.client);
    await station.client.call('session.lock', {});
    const unlocking = station.client.call('session.unlock', {
      userName: 'Tester',
      passphrase: testPassphrase,
    });
    await station.client.call('session.lock', {});
    await expect(unlocking).rejects.toMatchObject({ code: 'locked' });
    expect(await station.client.call('session.state', {})).toMatchObject({ state: 'locked' });
  });

  test('never shows one clinic under the name of another', async () => {
    await enrolOne(station.client);
    const demo = station.client.call('session.openDemo', {});
    const left = await station.client.call('session.leaveDemo', {});
    await expect(demo).rejects.toMatchObject({ code: 'locked' });
    expect(left).toMatchObject({ state: 'locked', clinicName: 'Test clinic' });
    expect(await station.client.call('session.state', {})).toEqual(left);
    expect(await station.client.call('session.openDemo', {})).toMatchObject({ demo: true });
  });

  test('lets only an administrator add users, and each opens the same clinic', async () => {
    await enrolOne(station.client);
    await station.client.call('users.add', {
      userName: 'Colleague',
      role: 'clinician',
      passphrase: 'another long passphrase',
    });
    await station.client.call('session.lock', {});
    await station.client.call('session.unlock', {
      userName: 'Colleague',
      passphrase: 'another long passphrase',
    });
    expect(await station.client.call('patients.count', {})).toEqual({ count: 1 });
    const more = station.client.call('users.add', {
      userName: 'Third',
      role: 'clinician',
      passphrase: 'yet another passphrase',
    });
    await expect(more).rejects.toMatchObject({ code: 'not-allowed' });
  });
});

test('a computer whose clock is behind the clinic’s records is told of where the clinic is unlocked', async () => {
  await enrolOne(station.client);
  const surroundings = () => station.client.call('session.surroundings', {});
  expect(await surroundings()).toEqual({ share: null, clockBehind: null });
  const [newest] = await station.client.call('audit.list', { limit: 1 });
  const now = new Date(Date.now() - 7 * 86_400_000);
  vi.useFakeTimers({ toFake: ['Date'], now });
  expect(await surroundings()).toMatchObject({
    clockBehind: { now: now.toISOString(), recordedAt: newest?.at },
  });
  vi.useRealTimers();
  await station.client.call('session.lock', {});
  vi.useFakeTimers({ toFake: ['Date'], now });
  expect(await surroundings()).toMatchObject({ clockBehind: null });
});

test('a station that is closed ends the decoder and the bridge that it started', async () => {
  const spawn = vi.spyOn(NodeHost.prototype, 'spawn');
  await station.close();
  station = await startStation();
  const { lesion } = await enrolOne(station.client);
  await importFile(lesion.id, await drawTestImage(1));
  expect(spawn.mock.calls.map(([name]) => name).toSorted()).toEqual(['bridge', 'decoder']);
  station.stop();
  for (const { value } of spawn.mock.results) await value.exited;
});

describe('an import', () => {
  test('stores the image and a reading that says what produced it', async () => {
    const { lesion, patient } = await enrolOne(station.client);
    const bytes = await drawTestImage(1);
    const result = await importFile(lesion.id, bytes);
    if (result.outcome !== 'imported') throw new Error('expected an import');
    expect(result.image).toMatchObject({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      widthPx: 240,
      heightPx: 180,
      byteLength: bytes.length,
    });
    expect(result.readingError).toBeNull();
    expect(result.reading?.accelerator.kind).toBe('emulator');
    const sum = result.reading?.probabilities.reduce(
      (total, { probability }) => total + probability,
      0,
    );
    expect(sum).toBeCloseTo(1, 9);

    const [entry] = await waiting();
    expect(entry).toMatchObject({
      patient: { id: patient.id },
      reading: { id: result.reading?.id },
    });
    const found = await station.client.call('images.get', { imageId: result.image.id });
    expect(found.readings).toHaveLength(1);
  });

  test('that nothing can read is stored all the same, says why, and can be read later', async () => {
    const { lesion } = await enrolOne(station.client);
    const why = new BridgeError('accelerator-failed', 'It was unplugged.');
    vi.spyOn(LesionReader.prototype, 'read').mockRejectedValueOnce(why);
    const result = await importFile(lesion.id, await drawTestImage(1));
    expect(result).toMatchObject({
      ...{ outcome: 'imported', reading: null },
      readingError: { code: 'accelerator-failed', message: why.message },
    });
    const imageId = result.image.id;
    const readings = async () => (await station.client.call('images.get', { imageId })).readings;
    expect(await readings()).toEqual([]);
    await station.client.call('readings.read', { imageId });
    expect(await readings()).toHaveLength(1);
  });

  test('says its phases in order', async () => {
    const { lesion } = await enrolOne(station.client);
    const phases: string[] = [];
    station.client.subscribe('images.importProgress', {}, ({ importId, phase }) => {
      if (importId === 'lesion.jpg') phases.push(phase);
    });
    await importFile(lesion.id, await drawTestImage(1));
    expect(phases).toEqual(['checking', 'decoding', 'reading', 'saving']);
  });

  test('of the same bytes twice, even at the same moment, stores them once and says so', async () => {
    const { lesion } = await enrolOne(station.client);
    const bytes = await drawTestImage(2);
    const results = await Promise.all([
      importFile(lesion.id, bytes),
      importFile(lesion.id, bytes, 'copy.jpg'),
    ]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['duplicate', 'imported']);
    expect(await waiting()).toHaveLength(1);
  });

  test('of a bad file fails by name and code, stores nothing, and lets the rest go on', async () => {
    const { lesion } = await enrolOne(station.client);
    const good = await drawTestImage(3);
    const batch = await Promise.allSettled([
      importFile(lesion.id, new TextEncoder().encode('not a picture'), 'notes.jpg'),
      importFile(lesion.id, new Uint8Array(), 'empty.jpg'),
      importFile(lesion.id, good.subarray(0, good.length >> 1), 'cut.jpg'),
      importFile(lesion.id, good, 'good.jpg'),
    ]);
    const failures = batch.map((item) => (item.status === 'rejected' ? item.reason : undefined));
    expect(failures[0]).toMatchObject({
      code: 'not-an-image',
      message: expect.stringContaining('notes.jpg'),
    });
    expect(failures[1]).toMatchObject({
      code: 'empty-file',
      message: expect.stringContaining('empty.jpg'),
    });
    expect(failures[2]).toMatchObject({
      code: 'damaged-image',
      message: expect.stringContaining('cut.jpg'),
    });
    expect(batch[3]?.status).toBe('fulfilled');
    expect(await waiting()).toHaveLength(1);
  });

  test('that is overtaken by a lock saves nothing', async () => {
    const { lesion } = await enrolOne(station.client);
    const importing = importFile(lesion.id, await drawTestImage(4));
    await station.client.call('session.lock', {});
    await expect(importing).rejects.toMatchObject({ code: 'locked' });
    await station.client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
    expect(await waiting()).toEqual([]);
  });

  test('that waited for the same file elsewhere tells a screen that was locked meanwhile of nobody', async () => {
    const { lesion } = await enrolOne(station.client);
    const other = await station.secondScreen();
    const bytes = await drawTestImage(4);
    const file = { lesionId: lesion.id, importId: '1', fileName: 'a.jpg', bytes };
    const theirs = other.call('images.import', file);
    const waited = expect(station.client.call('images.import', file)).rejects.toMatchObject({
      code: 'locked',
    });
    await station.client.call('session.lock', {});
    expect(await theirs).toMatchObject({ outcome: 'imported' });
    await waited;
  });
});

describe('a stored image', () => {
  test('can be shown, read again, removed and restored', async () => {
    const { lesion } = await enrolOne(station.client);
    const imported = await importFile(lesion.id, await drawTestImage(5));
    const imageId = imported.image.id;
    const thumbnail = await station.client.call('images.thumbnail', { imageId });
    expect([...thumbnail.bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
    const rendition = await station.client.call('images.rendition', { imageId, maxSidePx: 128 });
    expect(rendition.bytes.length).toBeGreaterThan(500);

    await station.client.call('readings.read', { imageId });
    const { readings } = await station.client.call('images.get', { imageId });
    expect(readings).toHaveLength(2);
    expect(readings[0]?.probabilities).toEqual(readings[1]?.probabilities);

    await station.client.call('images.remove', { imageId });
    expect(await waiting()).toEqual([]);
    await station.client.call('images.restore', { imageId });
    expect(await waiting()).toHaveLength(1);
  });

  test('leaves the worklist when reviewed, keeps every review, and the audit log stays whole', async () => {
    const { lesion } = await enrolOne(station.client);
    const imported = await importFile(lesion.id, await drawTestImage(6));
    const imageId = imported.image.id;
    const readingId = imported.outcome === 'imported' ? (imported.reading?.id ?? null) : null;
    const details = {
      impression: 'nv',
      decision: 'monitor' as const,
      dueOn: '2999-01-01',
      note: 'in six months',
    };
    await station.client.call('reviews.save', { imageId, readingId, details });
    expect(await waiting()).toEqual([]);
    await station.client.call('reviews.save', {
      imageId,
      readingId,
      details: { ...details, decision: 'excise' },
    });
    const { reviews } = await station.client.call('images.get', { imageId });
    expect(reviews.map(({ decision }) => decision)).toEqual(['excise', 'monitor']);
    expect(await station.client.call('audit.verify', {})).toMatchObject({ intact: true });
    const actions = (await station.client.call('audit.list', {})).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['image.import', 'image.read', 'review.save']));
  });
});

test('other screens are told which lists to fetch again', async () => {
  const { lesion } = await enrolOne(station.client);
  const told = new Promise<readonly string[]>((resolve) => {
    station.connect().subscribe('changes', {}, ({ topics }) => resolve(topics));
  });
  await importFile(lesion.id, await drawTestImage(7));
  expect(await told).toContain('images');
});

test('other screens are told of a further reading that there are readings to fetch, and of nothing else', async () => {
  const { lesion } = await enrolOne(station.client);
  const { image } = await importFile(lesion.id, await drawTestImage(8));
  const told: (readonly string[])[] = [];
  station.client.subscribe('changes', {}, ({ topics }) => told.push(topics));
  await station.client.call('readings.read', { imageId: image.id });
  expect(told).toEqual([['readings']]);
});

test('the demo clinic holds five years of lesions, read by its virtual accelerator, and can be left', async () => {
  const progress: number[] = [];
  station.client.subscribe('session.demoProgress', {}, ({ imagesDone, imagesInAll }) =>
    progress.push(imagesDone / imagesInAll),
  );
  const state = await station.client.call('session.openDemo', {});
  expect(state).toMatchObject({ state: 'unlocked', demo: true });
  expect(progress.at(-1)).toBe(1);
  const found = await station.client.call('patients.search', {});
  const patients = await Promise.all(
    found.entries.map(({ patient }) =>
      station.client.call('patients.get', { patientId: patient.id }),
    ),
  );
  const lesions = patients.flatMap((patient) => patient.lesions);
  const images = lesions.flatMap((lesion) => lesion.images);
  expect(images).toHaveLength(progress.length);
  for (const { reading } of images)
    expect(reading?.accelerator).toMatchObject({ name: 'Dermaspike Virtual accelerator' });
  const taken = images.map(({ image }) => Date.parse(image.importedAt));
  expect(new Set(taken).size).toBe(taken.length);
  const numbers = images.map(({ image }) => Number(image.fileName.match(/^phantom-(\d\d)\./)?.[1]));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, at) => at + 1));
  const yearMs = 365.25 * 86_400_000;
  expect(Math.max(...taken) - Math.min(...taken)).toBeGreaterThan(4.9 * yearMs);
  expect(Math.max(...taken)).toBeLessThanOrEqual(Date.now());
  expect(images.filter(({ review }) => review !== null).length).toBeGreaterThan(9);
  expect((await waiting()).length).toBeGreaterThan(4);
  expect(lesions.filter(({ lesion }) => lesion.closure !== null)).toHaveLength(1);
  const awaited = await station.client.call('followUps.page', { kinds: ['monitor'] });
  expect(awaited.entries.length).toBeGreaterThan(0);
  for (const { followUp } of awaited.entries) expect(followUp.dueOn).not.toBeNull();
  const photographs = await Promise.all(
    lesions.map(({ lesion }) => station.client.call('overviews.ofLesion', { lesionId: lesion.id })),
  );
  expect(photographs.flat().map(({ overview }) => overview.region)).toEqual([
    ...['back', 'back', 'back'],
  ]);
  expect(await station.client.call('audit.verify', {})).toMatchObject({ intact: true });
  expect(await station.client.call('session.leaveDemo', {})).toEqual({ state: 'no-clinic' });
});

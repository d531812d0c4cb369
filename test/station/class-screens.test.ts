import { expect, test, vi } from 'vitest';
import type { ClassChange, LesionImage } from '../../src/clinic/entities/index.ts';
import { loadShippedModel } from '../../src/clinic/model.ts';
import { ranked, scoreCounts, shippedScoring } from '../../src/clinic/scoring.ts';
import { ActiveHeads } from '../../src/station/classes/active-heads.ts';
import { classHandlers } from '../../src/station/handlers/classes.ts';
import { readingHandlers } from '../../src/station/handlers/readings.ts';
import { addLesion, addReading, details, emulator } from '../store/harness.ts';
import { calling, newScreen, takeImage } from './screen.ts';

const model = loadShippedModel();
/** What the shipped network might count of an image: most of these it calls naevi, some something else. */
const countsOf = (seed: number) =>
  Int32Array.from({ length: 256 }, (_, at) =>
    at % ((seed % 13) + 2) === 0 ? (seed * 7) % 200 : 3,
  );

const firstOf = (counts: Int32Array) => {
  const head = shippedScoring(model);
  return ranked(head, scoreCounts(head, counts, 1, []).probabilities)[0]?.code;
};

const allButMelanoma: ClassChange = {
  ...{ kind: 'merge', codes: ['nv', 'bkl', 'df', 'vasc', 'bcc', 'akiec'] },
  into: { code: 'growth', name: 'Growth', gravity: 'malignant' },
};

/** A clinic whose images the shipped network has read, and helpers that note what is asked of them. */
async function clinic() {
  const screen = await newScreen();
  const { store } = screen;
  const heads = new ActiveHeads(model);
  const rescorer = { wake: vi.fn() };
  const importer = { import: vi.fn() };
  const context = {
    ...screen.context,
    ...{ heads, rescorer, importer },
  } as unknown as typeof screen.context;
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, patientId);
  const head = heads.shipped;
  const read = (counts: Int32Array, unfamiliarity = 1): LesionImage => {
    const image = takeImage(store, lesion.id);
    const { probabilities, advice, verdict } = scoreCounts(head, counts, unfamiliarity, []);
    store.transaction(() => {
      heads.put(store, head);
      store.readings.add({
        ...{ imageId: image.id, networkName: model.name, networkSha256: model.sha256 },
        ...{ headName: head.name, headSha256: head.sha256, accelerator: emulator, durationMs: 1 },
        ...{ probabilities: ranked(head, probabilities), advice, verdict, spikeCounts: counts },
      });
    });
    return image;
  };
  const handlers = classHandlers(context);
  /** Learned and approved. */
  const learn = async (change: ClassChange = allButMelanoma) => {
    await handlers['classes.change']({ change }, calling);
    const [version] = await handlers['classes.evaluate']({}, calling);
    const number = version?.number ?? 0;
    store.headVersions.approve(store.headVersions.get(number), screen.user.id, null);
    return number;
  };
  return {
    ...screen,
    context,
    heads,
    rescorer,
    importer,
    lesion,
    read,
    handlers,
    learn,
    patientId,
  };
}

test('beside the head that reads a candidate is shown with what it would change, the first hundred, of what this network has read', async () => {
  const { store, read, handlers, learn, lesion } = await clinic();
  const images = Array.from({ length: 150 }, (_, seed) => countsOf(seed))
    .filter((counts) => firstOf(counts) !== 'mel')
    .slice(0, 101)
    .map((counts) => read(counts));
  addReading(store, takeImage(store, lesion.id).id);
  const number = await learn();
  const all = await handlers['classes.compare']({ number, images: 1000 }, calling);
  expect([all.images, all.changes.length]).toEqual([101, 100]);
  const known = new Set(images.map(({ id }) => id));
  for (const { imageId, before, after, entry } of all.changes) {
    expect(known.has(imageId)).toBe(true);
    expect(entry.image.id).toBe(imageId);
    expect(`${after.kind} ${after.code}`).not.toBe(`${before.kind} ${before.code}`);
  }
  const few = await handlers['classes.compare']({ number, images: 3 }, calling);
  // The newest three, one of which another network has read.
  expect([few.images, few.changes.length]).toEqual([2, 2]);
});

test('a candidate that calls classes by other names changes no reading', async () => {
  const { read, handlers, learn } = await clinic();
  for (const seed of [1, 2]) read(countsOf(seed));
  const number = await learn({ kind: 'rename', code: 'nv', name: 'Mole' });
  expect(await handlers['classes.compare']({ number, images: 9 }, calling)).toEqual({
    ...{ images: 2, changes: [] },
  });
});

test('a head is activated once: the archive is brought up to it from the one before, the screens are told, and again nothing is begun', async () => {
  const { store, heads, handlers, learn, told, entries, rescorer } = await clinic();
  const number = await learn();
  const { headSha256 } = store.headVersions.get(number);
  told();
  expect(handlers['classes.activate']({ number }, calling)).toEqual({});
  expect(told()).toBe('classes images readings');
  expect(entries()[0]).toBe(`head.activate head:${number}`);
  expect(rescorer.wake).toHaveBeenCalledTimes(1);
  const begun = store.rescorings.newest();
  expect(begun).toMatchObject({ headSha256, fromHeadSha256: heads.shipped.sha256 });
  expect(store.headVersions.active()).toMatchObject({ number });
  handlers['classes.activate']({ number }, calling);
  expect(store.rescorings.newest()).toEqual(begun);
  handlers['classes.activate']({ number: null }, calling);
  expect(entries()[0]).toBe('head.activate head:shipped');
  expect(store.rescorings.newest()).toMatchObject({
    ...{ headSha256: heads.shipped.sha256, fromHeadSha256: headSha256 },
  });
  handlers['classes.activate']({ number: null }, calling);
  expect(store.rescorings.newest()?.seq).toBe((begun?.seq ?? 0) + 1);
});

test('what is under way is paused and goes on, which wakes it; what has ended is not paused', async () => {
  const { store, handlers, learn, told, rescorer } = await clinic();
  handlers['classes.activate']({ number: await learn() }, calling);
  const pause = (isPaused: boolean) => {
    rescorer.wake.mockClear();
    told();
    expect(handlers['classes.pauseRescoring']({ isPaused }, calling)).toEqual({});
    expect(told()).toBe('classes');
    return [store.rescorings.newest()?.isPaused, rescorer.wake.mock.calls.length];
  };
  expect(pause(true)).toEqual([true, 0]);
  expect(pause(false)).toEqual([false, 1]);
  store.rescorings.end(store.rescorings.newest()?.seq ?? 0);
  expect(pause(true)).toEqual([false, 0]);
});

test('around an image the map shows its six nearest, of what the network in use has read; what it has not read is nowhere', async () => {
  const { store, read, handlers, lesion } = await clinic();
  const images = Array.from({ length: 9 }, (_, seed) => read(countsOf(seed)));
  const other = takeImage(store, lesion.id);
  addReading(store, other.id);
  const unread = takeImage(store, lesion.id);
  const around = images[4]?.id ?? '';
  const map = await handlers['classes.map']({ around }, calling);
  expect(map?.points[0]?.imageId).toBe(around);
  expect(map?.points).toHaveLength(7);
  const near = await handlers['classes.neighbours']({ imageId: around, limit: 50 }, calling);
  expect(near).toHaveLength(8);
  expect(near.map(({ image }) => image.id)).not.toContain(other.id);
  for (const imageId of [other.id, unread.id]) {
    expect(await handlers['classes.map']({ around: imageId }, calling)).toBeNull();
    expect(await handlers['classes.neighbours']({ imageId, limit: 6 }, calling)).toEqual([]);
  }
});

test('examples of a class are added together or not at all, and withdrawn; each is entered by the class and how many', async () => {
  const { store, read, handlers, entries, told } = await clinic();
  const [one, two, three] = [read(countsOf(1)), read(countsOf(2)), read(countsOf(3))];
  const add = (code: string, ...ids: string[]) =>
    handlers['classes.addExamples'](
      { code, examples: ids.map((imageId) => ({ imageId, confirmedBy: 'clinical' as const })) },
      calling,
    );
  const codes = async (code: string) =>
    (await handlers['classes.examples']({ code }, calling)).map(({ image, others }) => [
      ...[image.id, others],
    ]);
  told();
  add('nv', one.id, two.id);
  expect(entries()[0]).toBe('class.add-examples class:nv images:2');
  expect(told()).toBe('classes');
  add('mel', two.id);
  const nobody = '01890000-0000-7000-8000-000000000000';
  expect(() => add('mel', three.id, nobody)).toThrow(
    expect.objectContaining({ code: 'not-found' }),
  );
  expect(await codes('mel')).toEqual([[two.id, ['nv']]]);
  expect(await codes('nv')).toEqual([
    [two.id, ['mel']],
    [one.id, []],
  ]);
  handlers['classes.withdrawExamples']({ code: 'nv', imageIds: [one.id, two.id] }, calling);
  expect(entries()[0]).toBe('class.withdraw-examples class:nv images:2');
  expect([await codes('nv'), await codes('mel')]).toEqual([[], [[two.id, []]]]);
  expect(store.classExamples.list()).toHaveLength(1);
});

test('of several changes the one that was made is told, and undoing it leaves the others', async () => {
  const { handlers, entries } = await clinic();
  const rename = async (code: string, name: string) =>
    handlers['classes.change']({ change: { kind: 'rename', code, name } }, calling);
  const [first, second] = [await rename('nv', 'Mole'), await rename('df', 'Knot')];
  expect([first.change, second.change]).toMatchObject([{ code: 'nv' }, { code: 'df' }]);
  expect(entries()[0]).toBe('class.change class:rename');
  await handlers['classes.undoChange']({ changeId: first.id }, calling);
  expect(entries()[0]).toBe(`class.undo class-change:${first.id}`);
  const { changes } = await handlers['classes.overview']({}, calling);
  expect(changes).toEqual([second]);
});

test('images of a labelled folder go into a collection, lesion by lesion, and the outcome of each is told', async () => {
  const { store, lesion, handlers, importer, told, entries } = await clinic();
  const into: string[] = [];
  const give = (result: object) =>
    importer.import.mockImplementationOnce(async (_, file: { lesionId: string }) => {
      into.push(file.lesionId);
      return { image: takeImage(store, file.lesionId), ...result };
    });
  const importOne = async (collection: string, label: string, code = 'nv') => {
    told();
    return handlers['classes.importExample'](
      {
        ...{ collection, lesion: label, code, confirmedBy: 'histology', fileName: 'a.jpg' },
        bytes: new Uint8Array(1),
      },
      calling,
    );
  };
  await expect(importOne('Moles', 'M1', 'wart')).rejects.toMatchObject({
    code: 'learning-refused',
  });
  expect(store.classExamples.collection('Moles')).toBeNull();
  const reading = { id: 'a reading' };
  for (const [result, collection, label, outcome] of [
    [{ outcome: 'imported', reading }, 'Moles', 'M1', 'imported'],
    [{ outcome: 'imported', reading: null }, 'Moles', 'M1', 'unread'],
    [{ outcome: 'duplicate' }, 'Moles', 'M2', 'duplicate'],
    [{ outcome: 'imported', reading }, 'Others', 'M1', 'imported'],
  ] as const) {
    give(result);
    expect(await importOne(collection, label)).toEqual({ outcome });
    expect(told()).toBe('classes images patients readings');
  }
  const [one, again, other, elsewhere] = into.map((id) => store.lesions.get(id));
  expect(again?.id).toBe(one?.id);
  expect([one, other, elsewhere].map((each) => each?.label)).toEqual(['M1', 'M2', 'M1']);
  expect(other?.patientId).toBe(one?.patientId);
  const moles = store.classExamples.collection('Moles');
  expect([one?.patientId, elsewhere?.patientId]).toEqual([
    moles,
    store.classExamples.collection('Others'),
  ]);
  expect([lesion.patientId, elsewhere?.patientId]).not.toContain(moles);
  const examples = store.classExamples.list();
  expect(examples).toHaveLength(4);
  expect(entries()[0]).toBe(`class.import-example class:nv image:${examples[0]?.imageId}`);
});

test('images of an earlier network are read again when that is asked for; it is told whether that is under way', async () => {
  const { store, lesion, read, context, told, entries, rescorer, heads } = await clinic();
  const readings = readingHandlers(context);
  const older = async () => (await readings['readings.older']({}, calling))?.isUnderWay ?? null;
  const image = read(countsOf(1));
  expect(await older()).toBeNull();
  const { length } = entries();
  expect(readings['readings.readOlder']({}, calling)).toEqual({});
  expect([entries().length, rescorer.wake.mock.calls.length]).toEqual([length, 0]);
  addReading(store, image.id);
  addReading(store, takeImage(store, lesion.id).id);
  expect(await readings['readings.older']({}, calling)).toEqual({
    ...{ images: 2, networkName: 'Backbone', isUnderWay: false },
  });
  told();
  readings['readings.readOlder']({}, calling);
  expect(told()).toBe('classes readings');
  expect(rescorer.wake).toHaveBeenCalledTimes(1);
  expect(entries()[0]).toBe(`reading.read-older head:${heads.shipped.sha256}`);
  expect(await older()).toBe(true);
  const { seq } = store.rescorings.newest() ?? { seq: 0 };
  store.rescorings.setPaused(seq, true);
  expect(await older()).toBe(false);
  store.rescorings.setPaused(seq, false);
  store.rescorings.end(seq);
  expect(await older()).toBe(false);
});

test('a lesion is as unfamiliar to the network as the most unfamiliar of its images', async () => {
  const { read, context } = await clinic();
  const readings = readingHandlers(context);
  const reasonsOf = async (imageId: string) =>
    (await readings['readings.ofLesion']({ imageId }, calling))?.verdict.reasons;
  const { id: imageId } = read(countsOf(1));
  expect(await reasonsOf(imageId)).toBeUndefined();
  read(countsOf(1));
  const familiar = await reasonsOf(imageId);
  for (const reason of ['unfamiliar', 'uncalibrated']) expect(familiar).not.toContain(reason);
  read(countsOf(1), 1000);
  expect(await reasonsOf(imageId)).toContain('unfamiliar');
});

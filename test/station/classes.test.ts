import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClassChange } from '../../src/clinic/entities/index.ts';
import { unlockClinic } from '../../src/store/index.ts';
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
afterEach(() => station.close());

const call: TestStation['client']['call'] = (...input) => station.client.call(...input);

const scar: ClassChange = {
  kind: 'add',
  code: 'scar',
  name: 'Scar',
  gravity: 'malignant',
  parent: null,
};
const examples = 6;

/** A clinic with an image of a patient's, a class that it adds, and examples of it. */
async function clinicWithExamples() {
  const { lesion } = await enrolOne(station.client);
  const bytes = await drawTestImage(100);
  const imported = await call('images.import', {
    ...{ lesionId: lesion.id, importId: 'x', fileName: 'lesion.jpg', bytes },
  });
  await call('classes.change', { change: scar });
  for (let seed = 0; seed < examples; seed++) {
    const { outcome } = await call('classes.importExample', {
      ...{ collection: 'Scars', lesion: `S${seed}`, code: 'scar', confirmedBy: 'histology' },
      ...{ fileName: `scar-${seed}.jpg`, bytes: await drawTestImage(seed) },
    });
    expect(outcome).toBe('imported');
  }
  return imported.image.id;
}

/** Resolves when the archive has been brought up to the head that reads. */
async function rescored(): Promise<void> {
  await expect
    .poll(async () => (await call('classes.overview', {})).rescoring?.endedAt, { timeout: 60_000 })
    .toEqual(expect.any(String));
}

const readingOf = async (imageId: string) => (await call('images.get', { imageId })).readings[0];

/** Learned and, since a class of the training is named less often, approved with a reason. */
async function approved() {
  const [proposed] = await call('classes.evaluate', {});
  if (!proposed) throw new Error('Nothing was learned.');
  return call('classes.approve', { number: proposed.number, reason: 'A test.' });
}

describe('a class that a clinic adds', () => {
  test('may be a review’s impression as soon as it reads, and not before', async () => {
    const imageId = await clinicWithExamples();
    const review = () =>
      call('reviews.save', {
        imageId,
        readingId: null,
        details: { impression: 'scar', decision: 'monitor', dueOn: '2999-01-01', note: '' },
      });
    await expect(review()).rejects.toMatchObject({ code: 'invalid-input' });
    const { number } = await approved();
    await call('classes.activate', { number });
    expect(await review()).toMatchObject({ impression: 'scar' });
  });

  test('is learned, approved, reads, and is rolled back with every bit', async () => {
    const imageId = await clinicWithExamples();
    const before = await readingOf(imageId);
    const shipped = await call('classes.overview', {});
    expect(shipped).toMatchObject({
      active: null,
      examples: [{ code: 'scar', images: examples, lesions: examples, conflicts: 0 }],
    });
    expect(shipped.proposed.map(({ code }) => code)).toContain('scar');

    const versions = await call('classes.evaluate', {});
    expect(versions.map(({ learner }) => learner).toSorted()).toEqual(['analytic', 'extension']);
    expect(versions[0]).toMatchObject({ state: 'evaluated', examples, authorName: 'Tester' });
    expect(versions[0]?.evaluation.guards).toContainEqual(
      expect.objectContaining({ kind: 'few-lesions', code: 'scar' }),
    );
    await expect(call('classes.activate', { number: 1 })).rejects.toMatchObject({
      code: 'learning-refused',
    });

    const [{ number } = { number: 0 }] = versions;
    const { changes } = await call('classes.compare', { number });
    await call('classes.approve', { number, reason: 'A test.' });
    await call('classes.activate', { number });
    await rescored();
    const after = await readingOf(imageId);
    expect(after).toMatchObject({ id: before?.id, firstHeadName: before?.headName });
    expect(after?.probabilities.map(({ code }) => code)).toContain('scar');
    const changed = await call('classes.changedReadings', {});
    expect(changed.map((each) => each.imageId)).toEqual(changes.map((each) => each.imageId));
    expect(changed.length).toBeGreaterThan(0);

    await call('classes.activate', { number: null });
    expect(await readingOf(imageId)).toEqual(before);
    await rescored();
    expect(await readingOf(imageId)).toEqual(before);
    expect((await call('classes.overview', {})).active).toBeNull();
    await call('classes.activate', { number });
    expect(await readingOf(imageId)).toEqual(after);
    expect(await call('audit.verify', {})).toMatchObject({ intact: true });
  });

  test('is retired once another head reads, and then reads no more', async () => {
    await clinicWithExamples();
    const { number } = await approved();
    await call('classes.activate', { number });
    await expect(call('classes.retire', { number })).rejects.toMatchObject({
      ...{ code: 'learning-refused', message: expect.stringContaining('reads just now') },
    });
    await call('classes.activate', { number: null });
    expect(await call('classes.retire', { number })).toMatchObject({ state: 'retired' });
    expect(await call('classes.retire', { number })).toMatchObject({ state: 'retired' });
    await expect(call('classes.activate', { number })).rejects.toMatchObject({
      ...{ code: 'learning-refused', message: expect.stringContaining('is not approved') },
    });
  });

  test('reads new images, whose readings keep it when the shipped head reads again', async () => {
    await clinicWithExamples();
    const { number } = await approved();
    await call('classes.activate', { number });
    const { lesion } = (await call('classes.examples', { code: 'scar' }))[0] ?? {};
    const result = await call('images.import', {
      ...{ lesionId: lesion?.id ?? '', importId: 'x', fileName: 'later.jpg' },
      bytes: await drawTestImage(200),
    });
    const made = await readingOf(result.image.id);
    expect(made?.headName).toContain('scar');
    expect(made?.firstHeadName).toBeUndefined();

    await call('classes.activate', { number: null });
    await rescored();
    expect((await readingOf(result.image.id))?.firstHeadName).toBe(made?.headName);
    await call('classes.activate', { number });
    expect(await readingOf(result.image.id)).toEqual(made);
  });

  test('needs another user’s approval where the clinic has one, and a reason where a class falls', async () => {
    await clinicWithExamples();
    const second = { userName: 'Second', passphrase: 'other horse battery' };
    await call('users.add', { ...second, role: 'clinician' });
    const [proposed] = await call('classes.evaluate', {});
    const approval = { number: proposed?.number ?? 0, reason: 'A test.' };
    await expect(call('classes.approve', approval)).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('another user'),
    });
    await call('session.lock', {});
    await call('session.unlock', second);
    const falls = proposed?.evaluation.guards.some(({ kind }) => kind === 'fall') ?? false;
    const approving = call('classes.approve', approval);
    if (falls) {
      await expect(approving).rejects.toMatchObject({
        message: expect.stringContaining('Only an administrator'),
      });
    } else {
      expect(await approving).toMatchObject({ state: 'approved', approverName: 'Second' });
    }
  });

  test('forgets a withdrawn example as if it had never been, and versions with it say so', async () => {
    await clinicWithExamples();
    const [first] = await call('classes.evaluate', {});
    const [extra] = await call('classes.examples', { code: 'scar' });
    const imageIds = [extra?.image.id ?? ''];
    await call('classes.withdrawExamples', { imageIds, code: 'scar' });
    const [second] = await call('classes.evaluate', {});
    expect(second?.headSha256).not.toBe(first?.headSha256);
    const { versions } = await call('classes.overview', {});
    expect(versions.find(({ number }) => number === first?.number)?.withdrawn).toBe(1);
    await call('classes.addExamples', {
      ...{
        code: 'scar',
        examples: imageIds.map((each) => ({ imageId: each, confirmedBy: 'histology' as const })),
      },
    });
    const [again] = await call('classes.evaluate', {});
    expect(again?.number).toBe(first?.number);
    await call('images.remove', { imageId: imageIds[0] ?? '' });
    const [removed] = await call('classes.evaluate', {});
    expect(removed?.number).toBe(second?.number);
  }, 240_000);
});

test('classes that are renamed and merged read so, and undoing that leaves the head that never had it', async () => {
  const imageId = await clinicWithExamples();
  const before = await readingOf(imageId);
  const [plain] = await call('classes.evaluate', {});
  const rename = await call('classes.change', {
    change: { kind: 'rename', code: 'nv', name: 'Mole' },
  });
  const merge = await call('classes.change', {
    change: {
      kind: 'merge',
      codes: ['df', 'vasc', 'scar'],
      into: { code: 'growth', name: 'Growth', gravity: 'malignant' },
    },
  });
  const { number } = await approved();
  await call('classes.activate', { number });
  await rescored();
  const after = await readingOf(imageId);
  const named = new Map(after?.probabilities.map(({ code, name }) => [code, name]));
  expect(named.get('nv')).toBe('Mole');
  expect(named.get('growth')).toBe('Growth');
  expect(named.has('df') || named.has('scar')).toBe(false);
  for (const { id } of [merge, rename]) await call('classes.undoChange', { changeId: id });
  const [again] = await call('classes.evaluate', {});
  expect(again?.number).toBe(plain?.number);
  await call('classes.activate', { number: null });
  expect(await readingOf(imageId)).toEqual(before);
}, 240_000);

test('counts are adapted to the camera, and rolled back every reading and count is what it was', async () => {
  const { lesion } = await enrolOne(station.client);
  const images: string[] = [];
  for (let seed = 0; seed < 100; seed++) {
    const { image } = await call('images.import', {
      ...{ lesionId: lesion.id, importId: `${seed}`, fileName: `${seed}.jpg` },
      bytes: await drawTestImage(seed),
    });
    images.push(image.id);
  }
  const said = () => Promise.all(images.map(readingOf));
  const before = await said();
  const { id } = await call('classes.change', { change: { kind: 'camera' } });
  const versions = await call('classes.evaluate', {});
  expect(versions).toHaveLength(1);
  expect(versions[0]).toMatchObject({
    evaluation: {
      added: [],
      camera: { examples: 0 },
      guards: [{ kind: 'camera-unmeasured', lesions: 0, least: 15 }],
    },
  });
  await call('classes.approve', { number: versions[0]?.number ?? 0, reason: null });
  await call('classes.activate', { number: versions[0]?.number ?? 0 });
  await rescored();
  const adapted = await said();
  expect(adapted.map((each) => each?.id)).toEqual(before.map((each) => each?.id));
  expect(adapted).not.toEqual(before);
  await call('classes.undoChange', { changeId: id });
  await call('classes.activate', { number: null });
  expect(await said()).toEqual(before);
}, 240_000);

describe('what makes no sense is refused:', () => {
  test('a class whose code or name there is, whatever its case, accents and spaces', async () => {
    await enrolOne(station.client);
    await call('classes.change', { change: scar });
    for (const twin of [
      { ...scar, name: 'Another' },
      { ...scar, code: 'other', name: 's c á r' },
      { ...scar, code: 'other', name: 'MELANOMA' },
    ]) {
      await expect(call('classes.change', { change: twin })).rejects.toMatchObject({
        code: 'learning-refused',
      });
    }
  });

  test('an example of a class that there is not, a class without an example', async () => {
    await enrolOne(station.client);
    await call('classes.change', { change: scar });
    await expect(
      call('classes.addExamples', {
        code: 'unknown',
        examples: [{ imageId: '01890000-0000-7000-8000-000000000000', confirmedBy: 'clinical' }],
      }),
    ).rejects.toMatchObject({ code: 'learning-refused' });
    await expect(call('classes.evaluate', {})).rejects.toMatchObject({
      code: 'learning-refused',
      message: expect.stringContaining('no example'),
    });
  });

  test('to undo a class of which another one is a kind', async () => {
    await enrolOne(station.client);
    const { id } = await call('classes.change', { change: scar });
    await call('classes.change', {
      change: { ...scar, code: 'keloid', name: 'Keloid', parent: 'scar' },
    });
    await expect(call('classes.undoChange', { changeId: id })).rejects.toMatchObject({
      code: 'learning-refused',
    });
  });
});

test('an image under two classes is learned for neither, and the evaluation names it', async () => {
  await clinicWithExamples();
  const [extra] = await call('classes.examples', { code: 'scar' });
  const imageId = extra?.image.id ?? '';
  await call('classes.addExamples', {
    ...{ code: 'nv', examples: [{ imageId, confirmedBy: 'clinical' }] },
  });
  const [version] = await call('classes.evaluate', {});
  expect(version?.examples).toBe(examples - 1);
  expect(version?.evaluation.guards).toContainEqual({ kind: 'conflict', images: [imageId] });
  const { examples: counts } = await call('classes.overview', {});
  expect(counts.find(({ code }) => code === 'scar')?.conflicts).toBe(1);
});

test('of images it is told what they and others of their lesions are examples of', async () => {
  await clinicWithExamples();
  const [first, second] = await call('classes.examples', { code: 'scar' });
  const imageId = first?.image.id ?? '';
  const lesionId = first?.lesion.id ?? '';
  const other = await call('images.import', {
    ...{ lesionId, importId: 'y', fileName: 'other.jpg', bytes: await drawTestImage(300) },
  });
  await call('classes.addExamples', {
    code: 'nv',
    examples: [{ imageId: second?.image.id ?? '', confirmedBy: 'clinical' }],
  });
  const imageIds = [imageId, second?.image.id ?? '', other.image.id];
  expect(await call('classes.examplesOf', { imageIds })).toEqual([
    { imageId, own: [{ code: 'scar', confirmedBy: 'histology' }], ofLesion: [] },
    {
      imageId: imageIds[1],
      own: [
        { code: 'scar', confirmedBy: 'histology' },
        { code: 'nv', confirmedBy: 'clinical' },
      ],
      ofLesion: [],
    },
    { imageId: other.image.id, own: [], ofLesion: ['scar'] },
  ]);
  const scars = await call('classes.examples', { code: 'scar' });
  expect(scars.slice(0, 2).map(({ others }) => others)).toEqual([[], ['nv']]);
});

test('the map shows each example once, and an image before its nearest neighbours', async () => {
  const imageId = await clinicWithExamples();
  const all = await call('classes.map', { around: null });
  expect(all?.classes.map(({ code }) => code)).toContain('mel');
  expect(all?.points.map(({ codes }) => codes)).toEqual(Array(examples).fill(['scar']));
  const near = await call('classes.map', { around: imageId });
  const neighbours = await call('classes.neighbours', { imageId });
  expect(near?.points.map((each) => each.imageId)).toEqual([
    imageId,
    ...neighbours.map(({ image }) => image.id),
  ]);
  expect(near?.points[0]?.codes).toEqual([]);
  const known = near?.points[1];
  expect(all?.points).toContainEqual(known);
});

test('of two people who add the same class at once one is refused, and who learn at once get the same versions', async () => {
  await clinicWithExamples();
  const second = await station.secondScreen();
  const twin: ClassChange = { ...scar, code: 'keloid', name: 'Keloid' };
  const changes = await Promise.allSettled([
    call('classes.change', { change: twin }),
    second.call('classes.change', { change: { ...twin, name: 'KELOID' } }),
  ]);
  expect(changes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const refused = changes.find((each) => each.status === 'rejected');
  expect(refused?.reason).toMatchObject({ code: 'learning-refused' });
  const [{ id } = { id: '' }] = changes.flatMap((each) =>
    each.status === 'fulfilled' ? each.value : [],
  );
  await call('classes.undoChange', { changeId: id });
  const [mine, theirs] = await Promise.all([
    call('classes.evaluate', {}),
    second.call('classes.evaluate', {}),
  ]);
  const numbers = (versions: readonly { number: number }[]) =>
    versions.map(({ number }) => number).toSorted();
  expect(numbers(mine)).toEqual(numbers(theirs));
  expect((await call('classes.overview', {})).versions).toHaveLength(2);
}, 240_000);

test('a version whose network is gone is told, reads nothing, and can neither be tried nor let read', async () => {
  const imageId = await clinicWithExamples();
  const before = await readingOf(imageId);
  const { number } = await approved();
  station.stop();
  // As if a program with another network had been installed since.
  const { store, user } = await unlockClinic(path.join(station.dataFolder, 'clinic'), {
    userName: 'Tester',
    passphrase: testPassphrase,
  });
  const version = store.headVersions.get(number);
  const [network, sha256] = ['00'.repeat(32), '01'.repeat(32)];
  store.models.putNetwork({ name: 'gone', sha256: network, card: {} });
  store.models.putHead({
    ...{ name: 'gone', sha256, networkSha256: network },
    json: store.models.getHead(version.headSha256).json.replaceAll(version.networkSha256, network),
  });
  const gone = store.headVersions.add({
    ...{ headSha256: sha256, parentNumber: null, learner: version.learner },
    ...{ changes: version.changes, evaluation: version.evaluation, examples: [] },
    authorId: user.id,
  });
  store.headVersions.approve(gone, user.id, null);
  store.headVersions.activate({ number: gone.number, headSha256: sha256 }, user.id);
  store.close();

  station = await startStation({}, station.dataFolder);
  await call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  const overview = await call('classes.overview', {});
  expect(overview).toMatchObject({ active: null, isLost: true });
  expect(overview.classes.map(({ code }) => code)).not.toContain('scar');
  expect(await readingOf(imageId)).toEqual(before);
  expect(await call('classes.compare', { number: gone.number })).toEqual({
    images: 0,
    changes: [],
  });
  await call('classes.activate', { number: null });
  await expect(call('classes.activate', { number: gone.number })).rejects.toMatchObject({
    code: 'learning-refused',
    message: expect.stringContaining('another network'),
  });
  await call('classes.activate', { number });
  expect((await call('classes.overview', {})).isLost).toBe(false);
}, 240_000);

test('bringing the archive up is paused and goes on, also after a lock', async () => {
  await clinicWithExamples();
  const { number } = await approved();
  await call('classes.activate', { number });
  await rescored();
  await call('classes.pauseRescoring', { isPaused: true });
  await call('classes.activate', { number: null });
  await call('session.lock', {});
  await call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  await rescored();
  expect((await call('classes.overview', {})).rescoring).toMatchObject({
    done: examples + 1,
    total: examples + 1,
  });
});

describe('a class pack', () => {
  const clinicOf = async (other: TestStation) => {
    await enrolOne(other.client);
    return other.client;
  };

  test('carries a class to another clinic, which trusts the key first and learns it without an image', async () => {
    await clinicWithExamples();
    const { bytes, fileName } = await call('classes.exportPack', { code: 'scar' });
    expect(fileName).toBe('scar.dermaspike-class');
    const [exported] = await call('audit.list', { limit: 1 });
    expect(exported).toMatchObject({ action: 'class.export', subject: 'class:scar' });
    expect(Buffer.from(bytes).toString()).not.toMatch(/Quillfeather|scar-\d\.jpg/);
    const other = await startStation();
    try {
      const there = await clinicOf(other);
      const pack = await there.call('classes.inspectPack', { bytes });
      expect(pack).toMatchObject({
        ...{ code: 'scar', clinicName: 'Test clinic', images: examples, lesions: examples },
        isTrusted: false,
      });
      await expect(there.call('classes.importPack', { bytes, trust: false })).rejects.toMatchObject(
        {
          code: 'not-allowed',
          message: expect.stringContaining(pack.fingerprint),
        },
      );
      const taken = await there.call('classes.importPack', { bytes, trust: true });
      expect(taken).toMatchObject({ code: 'scar', isTrusted: true });
      const [imported] = await there.call('audit.list', { limit: 1 });
      expect(imported).toMatchObject({ action: 'class.import', subject: 'class:scar' });
      const [version] = await there.call('classes.evaluate', {});
      expect(version).toMatchObject({ examples: 0 });
      expect(version?.evaluation.added[0]).toMatchObject({ code: 'scar', lesions: examples });
      expect(await there.call('classes.inspectPack', { bytes })).toMatchObject({ isTrusted: true });
    } finally {
      await other.close();
    }
  });

  test('is refused with the reason: a flipped bit, a newer version, another network, no pack', async () => {
    await clinicWithExamples();
    const { bytes } = await call('classes.exportPack', { code: 'scar' });
    const text = Buffer.from(bytes).toString();
    const changed = (from: string, to: string) => Buffer.from(text.replace(from, to));
    const refusals: [Buffer, string][] = [
      [changed('\\"lesions\\":6', '\\"lesions\\":7'), 'not as it was signed'],
      [changed('\\"version\\":1', '\\"version\\":2'), 'newer Dermaspike'],
      [changed('dermaspike-class', 'dermaspike-klass'), 'no class pack'],
      [Buffer.from(text.slice(0, 1000)), 'no class pack'],
    ];
    for (const [pack, reason] of refusals) {
      await expect(call('classes.inspectPack', { bytes: pack })).rejects.toMatchObject({
        code: 'learning-refused',
        message: expect.stringContaining(reason),
      });
    }
    const flipped = Buffer.from(bytes);
    flipped[flipped.length - 10] = (flipped[flipped.length - 10] ?? 0) ^ 1;
    await expect(call('classes.inspectPack', { bytes: flipped })).rejects.toMatchObject({
      code: 'learning-refused',
    });
  });
});

test('an import is planned before anything is stored', async () => {
  await enrolOne(station.client);
  await call('classes.change', { change: scar });
  const labels = 'image_id;dx;lesion_id\na1;scar;L1\na2;wart;L2\na3;nv;L3\n';
  expect(
    await call('classes.planImport', { labels, fileNames: ['A1.JPG', 'a2.jpg', 'b9.png'] }),
  ).toEqual([
    { fileName: 'A1.JPG', code: 'scar', lesion: 'L1', outcome: 'new' },
    { fileName: 'a2.jpg', code: 'wart', lesion: 'L2', outcome: 'unknown-class' },
    { fileName: 'a3', code: 'nv', lesion: 'L3', outcome: 'no-file' },
    { fileName: 'b9.png', code: '', lesion: '', outcome: 'no-label' },
  ]);
  expect(
    await call('classes.planImport', { labels: '', fileNames: ['set/scar/1.jpg'] }),
  ).toMatchObject([{ code: 'scar', outcome: 'new' }]);
  const quoted = 'image_id,site,dx\na1,"back, upper",scar\n';
  expect(await call('classes.planImport', { labels: quoted, fileNames: ['a1.jpg'] })).toMatchObject(
    [{ code: 'scar', outcome: 'new' }],
  );
  const broken = 'image_id,dx\na1,"sc"ar\n';
  await expect(
    call('classes.planImport', { labels: broken, fileNames: ['a1.jpg'] }),
  ).rejects.toMatchObject({ code: 'invalid-input' });
});

test('the nearest images come first, the image itself and removed ones never', async () => {
  const imageId = await clinicWithExamples();
  const near = await call('classes.neighbours', { imageId });
  expect(near).toHaveLength(examples);
  const likeness = near.map((each) => each.likeness);
  expect(likeness).toEqual(likeness.toSorted((a, b) => b - a));
  expect(near[0]?.confirmed).toEqual([{ code: 'scar', confirmedBy: 'histology' }]);
  await call('images.remove', { imageId: near[0]?.image.id ?? '' });
  const left = await call('classes.neighbours', { imageId });
  expect(left.map(({ image }) => image.id)).toEqual(near.slice(1).map(({ image }) => image.id));
});

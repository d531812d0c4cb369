import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClassChange, HeadVersion } from '../../src/clinic/entities/index.ts';
import { LearningError, learnAside, preferred } from '../../src/clinic/learning.ts';
import { learnAnew, learnVersions } from '../../src/station/classes/learning.ts';
import { StationError } from '../../src/station/errors.ts';
import { classClinic, scar } from './class-clinic.ts';

vi.mock('../../src/clinic/learning.ts', { spy: true });

let clinic: Awaited<ReturnType<typeof classClinic>>;
const unaborted = new AbortController().signal;
beforeEach(async () => {
  clinic = await classClinic();
});
afterEach(() => {
  vi.mocked(learnAside).mockReset();
});

const change = (...changes: ClassChange[]) => {
  for (const each of changes) clinic.store.classExamples.addChange(each, clinic.user.id);
};
const learn = () => learnVersions(clinic.work, clinic.heads, unaborted);
/** What is asked of the thread that learns, which refuses. */
async function asked(work: () => Promise<unknown> = learn) {
  vi.mocked(learnAside).mockRejectedValueOnce(new LearningError('no-example', 'Too few.'));
  await work().catch(() => {});
  const [task] = vi.mocked(learnAside).mock.calls.at(-1) ?? [];
  if (!task) throw new Error('Nothing was asked.');
  return task;
}
/** Learns a scar from six examples, on the thread that does. */
async function learned() {
  change(scar);
  const examples = Array.from({ length: 6 }, (_, seed) => clinic.exampleOf('scar', seed));
  const versions = await learn();
  const files = await vi.mocked(learnAside).mock.results[0]?.value;
  return { examples, versions, files: files as Awaited<ReturnType<typeof learnAside>> };
}

test('what was learned is kept as versions, the proposed one first, each entered in the log', async () => {
  const { versions, files } = await learned();
  expect(files.map(({ learner }) => learner)).toEqual(['analytic', 'extension']);
  const best = preferred(files);
  expect(versions.map(({ learner }) => learner)).toEqual([
    best?.learner,
    files.find((each) => each !== best)?.learner,
  ]);
  expect(versions[0]).toMatchObject({
    ...{ headName: `${clinic.heads.shipped.name} + scar`, parentNumber: null, examples: 6 },
  });
  const entered = clinic.store.audit.list(2).map(({ action, subject }) => `${action} ${subject}`);
  expect(entered.toSorted()).toEqual(['head.learn head:1', 'head.learn head:2']);

  // The thread tells the heads in the order of the learners.
  vi.mocked(learnAside).mockResolvedValueOnce([...files].reverse());
  expect((await learn()).map(({ number }) => number)).toEqual(versions.map(({ number }) => number));
});

describe('what is asked of the thread that learns', () => {
  test.each<[string, ClassChange[], string, string[]]>([
    ['a class', [scar], 'scar', ['analytic', 'extension']],
    ['a class and a camera', [scar, { kind: 'camera' }], 'scar, camera', ['analytic', 'extension']],
    ['a camera alone', [{ kind: 'camera' }], 'camera', ['extension']],
    ['a name', [{ kind: 'rename', code: 'nv', name: 'Mole' }], 'other names', ['extension']],
  ])(
    'of %s has its name, its learners, and counts of the archive for a camera alone',
    async (_, changes, name, learners) => {
      change(...changes);
      clinic.exampleOf('scar', 1);
      clinic.read(2);
      const task = await asked();
      expect(task.request.name).toBe(`${clinic.heads.shipped.name} + ${name}`);
      expect(task.learners).toEqual(learners);
      expect(task.unlabelled).toHaveLength(name.includes('camera') ? 2 : 0);
      expect(task.request.examples).toHaveLength(name.includes('scar') ? 1 : 0);
    },
  );

  test('leaves out an image that is said to be two things', async () => {
    change(scar);
    const [one, two] = [clinic.exampleOf('scar', 1), clinic.exampleOf('scar', 2)];
    clinic.store.classExamples.add(two.id, 'nv', 'clinical', clinic.user.id);
    const { request } = await asked();
    expect(request.examples).toMatchObject([
      { id: one.id, code: 'scar', lesion: one.lesionId, patient: one.patientId },
    ]);
  });
});

describe('nothing is kept', () => {
  const versions = () => clinic.store.headVersions.list();

  test('where no change stands', async () => {
    const why = { code: 'learning-refused', message: expect.stringContaining('Add a class first') };
    await expect(learn()).rejects.toMatchObject(why);
    expect(learnAside).not.toHaveBeenCalled();
  });

  test.each([
    [new LearningError('cancelled', 'Stopped.'), { code: 'cancelled', message: 'Stopped.' }],
    [new LearningError('no-example', 'Few.'), { code: 'learning-refused', message: 'Few.' }],
    [new TypeError('x is undefined'), { name: 'TypeError' }],
  ])('where learning ends with %s', async (error, told) => {
    change(scar);
    vi.mocked(learnAside).mockRejectedValueOnce(error);
    await expect(learn()).rejects.toMatchObject(told);
    expect(versions()).toEqual([]);
  });

  test('once the screen is locked', async () => {
    change(scar);
    vi.mocked(learnAside).mockImplementationOnce(async () => {
      clinic.lock();
      return [];
    });
    await expect(learn()).rejects.toMatchObject({ code: 'locked' });
    expect(versions()).toEqual([]);
  });
});

describe('a version that is learned once more', () => {
  const stopping = new AbortController();
  const anew = (version: HeadVersion, isGone: (imageId: string) => boolean, signal = unaborted) =>
    learnAnew(clinic.store, clinic.heads, version, isGone, signal);
  const noneGone = () => false;

  test('has its own learner, name and examples that stay, and none that came later or is said otherwise', async () => {
    const { examples, versions } = await learned();
    const [version] = versions;
    if (!version) throw new Error('Nothing was learned.');
    const [gone, withdrawn] = examples;
    clinic.exampleOf('scar', 7);
    clinic.store.classExamples.withdraw(withdrawn?.id ?? '', 'scar');
    const stays = examples.slice(2).map(({ id }) => id);
    const isGone = (imageId: string) => imageId === gone?.id;
    const task = await asked(() => anew(version, isGone));
    expect(task.learners).toEqual([version.learner]);
    expect(task.request).toMatchObject({ name: version.headName, changes: [scar] });
    expect(task.request.examples.map(({ id }) => id)).toEqual(stays);
    expect(task.unlabelled).toEqual([]);
    const result = await anew(version, isGone);
    expect(result).toMatchObject({
      ...{ learner: version.learner, parentNumber: null, changes: [scar] },
      examples: stays.map((imageId) => ({ imageId, code: 'scar' })),
    });
    expect(clinic.store.headVersions.list()).toHaveLength(2);
  });

  test('is adapted to the camera by the archive, where it was', async () => {
    clinic.read(1);
    const version = {
      learner: 'extension',
      changes: [{ kind: 'camera' }],
      headName: 'C',
      number: 1,
    };
    const task = await asked(() => anew(version as unknown as HeadVersion, noneGone));
    expect(task.unlabelled).toHaveLength(1);
  });

  test('is none where it cannot be learned, and what goes wrong inside is not hidden', async () => {
    const version = { learner: 'analytic', changes: [scar], headName: 'S', number: 1 };
    const again = (signal = unaborted) => anew(version as unknown as HeadVersion, noneGone, signal);
    for (const why of [new LearningError('no-example', 'Few.'), new StationError('locked', 'x')]) {
      vi.mocked(learnAside).mockRejectedValueOnce(why);
      expect(await again()).toBeNull();
    }
    vi.mocked(learnAside).mockResolvedValueOnce([]);
    expect(await again()).toBeNull();
    const inside = new TypeError('x is undefined');
    vi.mocked(learnAside).mockRejectedValueOnce(inside);
    await expect(again()).rejects.toBe(inside);
    stopping.abort();
    const stopped = new LearningError('cancelled', 'Stopped.');
    vi.mocked(learnAside).mockRejectedValueOnce(stopped);
    await expect(again(stopping.signal)).rejects.toBe(stopped);
  });
});

import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type LearningTask, learnAside, preferred } from '../../src/clinic/learning.ts';
import { shippedModelFolder } from '../../src/clinic/model.ts';
import type { EvaluationReport } from '../../src/snn/learning/index.ts';

const share = (value: number | null) =>
  value === null ? null : { value, low: value, high: value };

/** A head by what its evaluation found: shares of added and of known classes, and its guards. */
function headOf(
  name: string,
  added: (number | null)[],
  known: (number | null)[] = [],
  guards: EvaluationReport['guards'] = [],
) {
  const report = {
    added: added.map((value) => ({ sensitivity: share(value) })),
    known: known.map((value) => ({ after: share(value) })),
    guards,
  } as unknown as EvaluationReport;
  return { name, report };
}
const fall = { kind: 'fall', code: 'mel', fall: 0.2, limit: 0.1 } as const;
const few = { kind: 'few-lesions', code: 'scar', lesions: 3, least: 10 } as const;

test('of several heads the one that finds most is proposed, each class counted alike', () => {
  const found = preferred([
    headOf('one', [0.9], [0.5, 0.5]),
    headOf('other', [0.6], [0.8, 0.8]),
    headOf('third', [1], [0.5, 0.5]),
  ]);
  expect(found?.name).toBe('other');
  expect(preferred([])).toBeUndefined();
});

test('a head by which a class falls beyond its limit is proposed only where every one does', () => {
  const falling = headOf('falling', [0.9], [0.9], [fall]);
  const warned = headOf('warned', [0.5], [0.5], [few, few]);
  expect(preferred([falling, warned])?.name).toBe('warned');
  const worse = headOf('worse', [1], [1], [fall, fall]);
  expect(preferred([worse, falling])?.name).toBe('falling');
});

test('what could not be measured counts as not found', () => {
  const unknown = headOf('unknown', [null, 0.9], [null, 0.9]);
  const known = headOf('known', [0.5, 0.5], [0.5, 0.5]);
  expect(preferred([unknown, known])?.name).toBe('known');
  expect(preferred([headOf('empty', []), known])?.name).toBe('known');
});

const task: LearningTask = {
  ...{ modelFolder: shippedModelFolder, learners: [], packs: [], unlabelled: [] },
  request: { name: 'head', examples: [], changes: [] },
};

test('learning goes on aside, and is stopped with its signal', async () => {
  expect(await learnAside(task)).toEqual([]);
  const abort = new AbortController();
  const learning = learnAside(task, abort.signal);
  abort.abort();
  await expect(learning).rejects.toMatchObject({
    code: 'cancelled',
    message: 'Learning was stopped; nothing was kept.',
  });
  await expect(learnAside(task, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});

test('what cannot be learned is told with its reason', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-learning-'));
  await expect(learnAside({ ...task, modelFolder: folder })).rejects.toThrow('cannot be used');
  for (const name of ['backbone.onnx', 'head.json', 'card.json'])
    cpSync(path.join(shippedModelFolder, name), path.join(folder, name));
  await expect(learnAside({ ...task, modelFolder: folder })).rejects.toMatchObject({
    code: 'learning-refused',
    message: expect.stringContaining('without the statistics'),
  });
});

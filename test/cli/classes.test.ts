import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadShippedModel } from '../../src/clinic/model.ts';
import { createClinic } from '../../src/store/index.ts';
import { cluster } from '../snn/learning/clusters.ts';
import { runCli } from './run-cli.ts';

const model = loadShippedModel();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-classes-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Five classes of invented counts in two folds, two images a lesion. */
async function kept(): Promise<{ labels: string; counts: string }> {
  const rows = ['image_id,lesion_id,dx,fold'];
  const lines = [JSON.stringify({ networkSha256: model.sha256, views: model.head.views })];
  for (const [kind, code] of ['aa', 'bb', 'cc', 'dd', 'ee'].entries()) {
    for (const [index, counts] of cluster(24, 40, 100 + kind).entries()) {
      const imageId = `${code}${index}`;
      rows.push(`${imageId},${code}-${index >> 1},${code},${(index >> 1) % 2}`);
      lines.push(JSON.stringify({ imageId, counts: [...counts] }));
    }
  }
  const labels = path.join(folder, 'labels.csv');
  const counts = path.join(folder, 'counts.jsonl');
  await writeFile(labels, rows.join('\n'));
  await writeFile(counts, `${lines.join('\n')}\n`);
  return { labels, counts };
}

describe('classes experiment', () => {
  test('adds classes in every order and says what was learned and forgotten', async () => {
    const { labels, counts } = await kept();
    const { exitCode, stdout } = await runCli(
      ...['classes', 'experiment', '--labels', labels, '--counts', counts],
      ...['--base', 'aa,bb,cc', '--add', 'dd,ee', '--learner', 'analytic', '--json'],
    );
    expect(exitCode).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.orders).toEqual([
      ['dd', 'ee'],
      ['ee', 'dd'],
    ]);
    expect(result).toMatchObject({ learner: 'analytic', shots: null });
    for (const name of ['jointBalancedAccuracy', 'finalBalancedAccuracy', 'newClassRecall']) {
      expect(result[name]).toBeGreaterThan(0.9);
    }
    expect(result.forgetting).toBeLessThan(0.05);
    expect(result.averageIncrementalAccuracy).toBeGreaterThan(0.9);
    expect(result.learnMs).toBeGreaterThan(0);
    expect(result.rescorePer100kMs).toBeGreaterThan(0);
  });

  test('refuses counts of another network', async () => {
    const { labels, counts } = await kept();
    await writeFile(counts, `${JSON.stringify({ networkSha256: 'ab'.repeat(32), views: 8 })}\n`);
    const { exitCode, stderr } = await runCli(
      ...['classes', 'experiment', '--labels', labels, '--counts', counts],
      ...['--base', 'aa,bb', '--add', 'cc'],
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('counts of another network');
  });

  test('says which option makes no sense', async () => {
    const { labels, counts } = await kept();
    const { exitCode, stderr } = await runCli(
      ...['classes', 'experiment', '--labels', labels, '--counts', counts],
      ...['--base', 'aa,bb', '--add', 'bb'],
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('A class is named twice');
  });
});

describe('the classes of a clinic', () => {
  const user = { userName: 'Tester', passphrase: 'correct horse battery' };

  beforeEach(async () => {
    const made = { clinicName: 'Test clinic', demo: false, ...user, kdf: { n: 16, r: 8, p: 1 } };
    const { store } = await createClinic(path.join(folder, 'clinic'), made);
    store.close();
    process.env.DERMASPIKE_PASSPHRASE = user.passphrase;
  });
  afterEach(() => {
    delete process.env.DERMASPIKE_PASSPHRASE;
  });

  const run = (...args: string[]) =>
    runCli('classes', ...args, '--data', folder, '--user', user.userName);

  test('are listed, and what cannot be done is refused with the reason', async () => {
    const { exitCode, stdout } = await run('list');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Melanoma, malignant');
    for (const [args, reason] of [
      [['learn'], 'Add a class first'],
      [['rollback'], 'No other version has read yet'],
      [['approve', '7'], 'not in the clinic'],
      [['export', 'mel'], 'no two examples'],
      [['import', 'nowhere'], 'ENOENT'],
    ] as const) {
      const refused = await run(...args);
      expect(refused.exitCode).not.toBe(0);
      expect(refused.stderr).toContain(reason);
    }
  });

  test('are adapted to the camera from as many images as that takes, and no longer', async () => {
    expect((await run('camera')).exitCode).toBe(2);
    expect(await run('camera', 'on')).toMatchObject({ exitCode: 0 });
    expect((await run('camera', 'on')).exitCode).toBe(0);
    const refused = await run('learn');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('100 images or more; there are 0');
    await run('camera', 'off');
    expect((await run('learn')).stderr).toContain('Add a class first');
  });

  test('stay closed without the passphrase', async () => {
    process.env.DERMASPIKE_PASSPHRASE = 'wrong horse battery';
    expect(await run('list')).toMatchObject({ exitCode: 1, stdout: '' });
    delete process.env.DERMASPIKE_PASSPHRASE;
    const { exitCode, stderr } = await run('list');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('DERMASPIKE_PASSPHRASE is not set');
  });
});

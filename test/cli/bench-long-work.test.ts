import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

const root = mkdtempSync(path.join(tmpdir(), 'dermaspike-long-work-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const hashesOf = (folder: string) =>
  readdirSync(folder).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex'),
  ]);

it('measures each piece of long work, which does what it should while somebody saves, and leaves the clinic that it was given as it is', async () => {
  const folder = path.join(root, 'clinic');
  const args = ['bench-long-work', '--images', '60', '--folder', folder];
  const run = await runCli(...args, '--json');
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  const figure = expect.any(Number);
  const work = [
    'nothing, for a second',
    'listing possible doubles',
    'verifying the audit log',
    'health check, verifying included',
    'erasing a patient, until its proof',
    'changing the data key',
  ].map((name) => ({
    ...{ name, seconds: figure, isRight: true, saves: figure, longestHoldMs: figure },
    waitsMs: { p95: figure, p99: figure, longest: figure },
  }));
  expect(run.json).toMatchObject([{ images: expect.any(Number), work, load: figure }]);
  const [report] = run.json as [{ images: number; work: { saves: number; seconds: number }[] }];
  // One patient's are erased.
  expect(report.images).toBeLessThan(60);
  for (const { saves } of report.work) expect(saves).toBeGreaterThan(0);
  expect(report.work[0]?.saves).toBeGreaterThan(1);
  expect(report.work[0]?.seconds).toBeGreaterThanOrEqual(0.99);

  const before = hashesOf(folder);
  const again = await runCli(...args);
  expect(again).toMatchObject({ exitCode: 0, stderr: '' });
  expect(again.stdout).toContain('erasing a patient, until its proof');
  expect(hashesOf(folder)).toEqual(before);
});

it.each([
  ['no images', ['--images', '0']],
  ['an unknown option', ['--quick']],
  ['an argument', ['please']],
])('ends with 2 and a usage line after %s', async (_, args) => {
  const run = await runCli('bench-long-work', ...args);
  expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  expect(run.stderr).toMatch(/^Usage: npm run -s cli -- bench-long-work /m);
});

import { expect, test } from 'vitest';
import { tryFiles } from '../../src/cli/trial/file-trial.ts';
import { tryKills } from '../../src/cli/trial/kill-trial.ts';
import { tryLog } from '../../src/cli/trial/log-trial.ts';
import { tryPages } from '../../src/cli/trial/page-trial.ts';

test('no damage to the log of a program that was killed is silent', async () => {
  const report = await tryLog({ trials: 30, commits: 15, seed: 3 }, () => {});
  expect(report).toMatchObject({ trials: 30, silent: 0 });
  expect(report.found).toBeGreaterThan(20);
  expect(Object.values(report.kinds).every(({ trials }) => trials > 0)).toBe(true);
});

test('no damage to a file of a clinic that makes a difference is silent, and none is told as a wrong passphrase', async () => {
  const report = await tryFiles({ trials: 60, images: 60, seed: 3 }, () => {});
  expect(report).toMatchObject({ trials: 60, silent: 0, misnamed: 0 });
  expect(report.found).toBeGreaterThan(30);
});

test('no page of an older copy that makes a difference is silent', async () => {
  const report = await tryPages({ trials: 20, images: 60, seed: 3 }, () => {});
  expect(report).toMatchObject({ trials: 20, silent: 0 });
  expect(report.byHealthCheck + report.byVerifying).toBeGreaterThan(5);
});

test('a station that is killed while it saves has lost nothing that it answered', async () => {
  const report = await tryKills({ kills: 2, seed: 3 }, () => {});
  expect(report).toMatchObject({ kills: 2, lost: 0, auditProblems: 0 });
});

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClinic, passphrase } from '../../e2e/steps.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person } from '../desktop.ts';

const suite = 'start and size in a real Electron';
const starts = 5;

/** Milliseconds; each is bound far above what `docs/benchmarks.md` says, for busy machines. */
const limits = { toUnlock: 60_000, toWorklist: 60_000 };
const limitMb = 900;

describe.skipIf(lacks('desktop', suite))(suite, () => {
  const person = new Person();
  let desktop: Desktop | undefined;
  beforeAll(async () => {
    desktop = await openDesktop(person);
    await createClinic(desktop.page);
    await desktop.quit();
  });
  afterAll(async () => {
    await desktop?.quit();
    person.leave();
  });

  test('the clinic can be unlocked soon after the start, and its worklist is there soon after that', async ({
    task,
  }) => {
    const toUnlock: number[] = [];
    const toWorklist: number[] = [];
    for (let start = 0; start < starts; start++) {
      if (start > 0) await desktop?.quit();
      const startedAt = Date.now();
      desktop = await openDesktop(person);
      const { page } = desktop;
      const field = page.getByLabel('Passphrase', { exact: true });
      await field.waitFor();
      toUnlock.push(Date.now() - startedAt);
      await field.fill(passphrase);
      const unlockedAt = Date.now();
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByRole('heading', { name: 'Worklist' }).waitFor();
      toWorklist.push(Date.now() - unlockedAt);
    }
    task.meta.detail = `start to unlock ${median(toUnlock)} ms, unlock to worklist ${median(toWorklist)} ms, medians of ${starts}`;
    expect(median(toUnlock)).toBeLessThan(limits.toUnlock);
    expect(median(toWorklist)).toBeLessThan(limits.toWorklist);
  }, 480_000);

  test('all processes together hold little with an empty clinic', async ({ task }) => {
    const parts = [...((await desktop?.processes()) ?? [])].map(
      ([name, pid]) => [name, heldMb(pid)] as const,
    );
    const total = parts.reduce((sum, [, mb]) => sum + mb, 0);
    task.meta.detail = `${total} MB: ${parts.map(([name, mb]) => `${name} ${mb}`).join(', ')}`;
    expect(total).toBeLessThan(limitMb);
  });
});

/** A process's memory, what it shares with others by its share (PSS). */
function heldMb(pid: number): number {
  const kb = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Math.round((Number(kb) * 1024) / 1e6);
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN);
}

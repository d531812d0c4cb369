import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as electron from './fake-electron.ts';

vi.mock('electron', () => import('./fake-electron.ts'));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-quitting-'));
  electron.app.userData = folder;
  vi.stubEnv('DERMASPIKE_DATA', path.join(folder, 'clinic'));
  await mkdir(path.join(folder, 'clinic'));
  await import('../../electron/main.ts');
  await vi.waitFor(() => expect(electron.windows).toHaveLength(1));
});
afterAll(() => rm(folder, { recursive: true }));

test('the program quits also while its station is between an end and the next start', async () => {
  electron.forked.at(-1)?.exit(1);
  await turn();
  const preventDefault = vi.fn();
  electron.app.emit('will-quit', { preventDefault });
  expect(preventDefault).toHaveBeenCalled();
  await vi.waitFor(() => expect(electron.app.quits).toBe(1));
});

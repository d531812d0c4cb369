import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import { Random } from '../../native-bridge/shared/random.ts';
import {
  type ClinicStore,
  finishPuttingBack,
  listBackups,
  proveBackup,
  setAsideFolder,
  unlockClinic,
  verifyBackup,
} from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  closing,
  details,
  findPatients,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from '../store/harness.ts';

const kills = 20;
const access = { userName, passphrase };

let data: string;
let medium: string;
const clinic = () => path.join(data, 'clinic');
const unlocked = async (folder: string) => closing(await unlockClinic(folder, access)).store;
const names = (store: ClinicStore) =>
  findPatients(store).entries.map(({ patient }) => patient.familyName);

beforeEach(async () => {
  data = temporaryFolder();
  medium = path.join(temporaryFolder(), 'backups');
  const { store } = await newClinic(clinic());
  const lesion = addLesion(store, store.patients.enrol(details({ familyName: 'Before' })).id);
  for (let n = 0; n < 4; n++) addImage(store, lesion.id, randomBytes(2_000_000));
  await store.backUp(medium, 'test');
  store.close();
});

/** Kills it so long after it was ready, unless it has ended; answers with the lines that it wrote, and how long after that it ended. */
async function run(
  what: 'backup' | 'restore',
  killAfterMs: number,
): Promise<{ lines: string[]; tookMs: number }> {
  const script = path.join(import.meta.dirname, 'backup-process.ts');
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    process.execPath,
    ['--no-warnings', script, what, data, medium, userName, passphrase],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  let readyAt = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
    if (timer !== undefined) return;
    readyAt = performance.now();
    timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  });
  await once(child, 'close');
  clearTimeout(timer);
  return { lines: text.split('\n').slice(1, -1), tookMs: performance.now() - readyAt };
}

test(`a process killed ${kills} times while it backs up loses no backup that was made, nor anything of the clinic`, async () => {
  const random = new Random(17);
  let made = 0;
  for (let n = 0; n < kills; n++) {
    const { lines } = await run('backup', random.below(400));
    made += lines.length;
    const store = await unlocked(clinic());
    for (const line of lines) store.patients.get(line.split(' ')[1] ?? '');
    expect((await store.checkAudit()).intact).toBe(true);
    store.close();
    const backups = await listBackups(medium);
    const newest = lines.at(-1)?.split(' ')[0];
    if (newest) expect(backups.map(({ id }) => id)).toContain(newest);
    expect(backups.length).toBeGreaterThan(0);
    for (const { id } of backups)
      expect((await verifyBackup(medium, { id, access })).damages).toEqual([]);
  }
  expect(made).toBeGreaterThan(0);
  const store = await unlocked(clinic());
  const last = await store.backUp(medium, 'test');
  store.close();
  expect(readdirSync(medium).filter((name) => name.endsWith('.half'))).toEqual([]);
  const proof = path.join(data, 'proof');
  expect(await proveBackup(medium, proof, { id: last.id, access })).toMatchObject({
    auditIntact: true,
  });
}, 240_000);

test(`a process killed ${kills} times while it restores leaves the clinic that was there or the one of the backup, whole, and the former one is never lost`, async () => {
  const random = new Random(18);
  const undisturbed = await run('restore', 60_000);
  expect(undisturbed.lines).toEqual(['restored']);
  let restored = 0;
  for (let n = 0; n < kills; n++) {
    const store = await unlocked(clinic());
    store.patients.enrol(details({ familyName: `Later ${n}` }));
    store.close();
    // The first one while nothing is done yet, whatever else this machine does: one of them comes too early.
    await run('restore', n === 0 ? 0 : random.below(undisturbed.tookMs));
    finishPuttingBack(data, clinic());
    const there = await unlocked(clinic());
    const isFormer = names(there).includes(`Later ${n}`);
    expect(names(there)).toContain('Before');
    expect(await there.checkHealth()).toMatchObject({ ok: true });
    there.close();
    if (isFormer) continue;
    restored++;
    const aside: string[] = [];
    for (const name of readdirSync(setAsideFolder(data))) {
      const folder = path.join(setAsideFolder(data), name);
      if (name.endsWith('.half')) rmSync(folder, { recursive: true });
      if (!existsSync(path.join(folder, 'clinic.json'))) continue;
      const store = await unlocked(folder);
      aside.push(...names(store));
      store.close();
    }
    expect(aside).toContain(`Later ${n}`);
  }
  expect(restored).toBeLessThan(kills);
}, 240_000);

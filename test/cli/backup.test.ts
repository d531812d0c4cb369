import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { databasePath } from '../../src/store/clinic-file.ts';
import { unlockClinic } from '../../src/store/index.ts';
import {
  closing,
  details,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from '../store/harness.ts';
import { runCli } from './run-cli.ts';

let data: string;
let clinic: string;
let medium: string;
let recoveryKey: string;

beforeEach(async () => {
  data = temporaryFolder();
  clinic = path.join(data, 'clinic');
  medium = temporaryFolder();
  const made = await newClinic(clinic);
  recoveryKey = made.recoveryKey;
  for (const familyName of ['Okafor', 'Lindqvist'])
    made.store.patients.enrol(details({ familyName }));
  made.store.close();
  vi.stubEnv('DERMASPIKE_PASSPHRASE', passphrase);
});

const asUser = ['--user', userName];
const backUp = () => runCli('backup', medium, ...asUser, '--data', data, '--json');

test('a clinic is backed up, looked through, proven and restored by commands alone', async () => {
  expect(await backUp()).toMatchObject({ exitCode: 0 });
  const second = await backUp();
  expect(second.json).toMatchObject([{ newBlocks: expect.any(Number) }]);

  const scratch = path.join(temporaryFolder(), 'proof');
  const proven = await runCli('verify', medium, ...asUser, '--scratch', scratch, '--json');
  expect(proven).toMatchObject({ exitCode: 0 });
  expect(proven.json).toMatchObject([{ contents: { patients: 2 }, damages: [] }]);
  expect(existsSync(scratch)).toBe(false);

  // On another computer, by the recovery key and nothing else.
  vi.stubEnv('DERMASPIKE_PASSPHRASE', '');
  vi.stubEnv('DERMASPIKE_RECOVERY_KEY', recoveryKey);
  const elsewhere = temporaryFolder();
  const restored = await runCli('restore', medium, '--data', elsewhere, '--json');
  expect(restored.json).toMatchObject([{ contents: { patients: 2 } }]);
  const opened = closing(
    await unlockClinic(path.join(elsewhere, 'clinic'), { userName, passphrase }),
  );
  expect(opened.store.patientList.count({ text: 'Lindqvist', show: 'current' })).toBe(1);
});

test('a changed byte on the medium is named, and the exit code says so', async () => {
  await backUp();
  const name = readdirSync(medium).find((each) => each.endsWith('.blocks')) ?? '';
  const file = path.join(medium, name);
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const found = await runCli('verify', medium, ...asUser, '--json');
  expect(found.exitCode).toBe(1);
  expect(found.json).toMatchObject([{ damages: [{ file }] }]);
});

test('a clinic that is there is replaced only when that is said, and is set aside then', async () => {
  await backUp();
  const before = readFileSync(databasePath(clinic));
  const refused = await runCli('restore', medium, ...asUser, '--data', data);
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(refused.stderr).toContain('--replace');
  expect(readFileSync(databasePath(clinic))).toEqual(before);

  expect(await runCli('restore', medium, ...asUser, '--data', data, '--replace')).toMatchObject({
    exitCode: 0,
  });
  expect(readdirSync(path.join(data, 'set-aside'))).toHaveLength(1);
});

test.each([
  ['without a passphrase', ['backup'], 'DERMASPIKE_PASSPHRASE is not set'],
  ['without a user', ['backup'], '--user'],
  ['from a folder without backups', ['verify'], 'backup'],
])('%s nothing is done, and it is said why', async (how, [verb = ''], said) => {
  if (how === 'without a passphrase') vi.stubEnv('DERMASPIKE_PASSPHRASE', '');
  const given = how === 'without a user' ? [] : asUser;
  const run = await runCli(verb, medium, ...given, ...(verb === 'backup' ? ['--data', data] : []));
  expect(run.exitCode).not.toBe(0);
  expect(run.stderr).toContain(said);
  expect(readdirSync(medium)).toEqual([]);
});

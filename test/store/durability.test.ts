import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { Connection } from '../../src/store/connection.ts';
import { unlockClinic } from '../../src/store/index.ts';
import {
  dataKeyOf,
  details,
  findPatients,
  newClinic,
  passphrase,
  sha256,
  temporaryFolder,
  userName,
} from './harness.ts';

const kills = 10;

function startWriter(folder: string): ChildProcessByStdio<null, Readable, Readable> {
  const script = path.join(import.meta.dirname, 'writer.ts');
  return spawn(process.execPath, ['--no-warnings', script, folder, userName, passphrase], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The lines that the writer wrote until it was killed, some while after the first `after` bytes. */
async function killedAfter(writer: ReturnType<typeof startWriter>, after: number) {
  let seen = 0;
  writer.stdout.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen >= after) writer.kill('SIGKILL');
  });
  const [output, [, signal]] = await Promise.all([text(writer.stdout), once(writer, 'exit')]);
  expect(signal).toBe('SIGKILL');
  // A last line without its end was not acknowledged.
  return output.split('\n').slice(0, -1);
}

test(`a process killed ${kills} times in the middle of its commits loses nothing that it acknowledged`, async () => {
  const { folder, store } = await newClinic();
  store.close();
  const acknowledged: string[] = [];
  for (let n = 0; n < kills; n++) {
    acknowledged.push(...(await killedAfter(startWriter(folder), 1 + n * 700)));
    const opened = await unlockClinic(folder, { userName, passphrase });
    try {
      for (const line of acknowledged) {
        const [patientId = '', imageId = '', hash] = line.split(' ');
        expect(opened.store.patients.get(patientId).id).toBe(patientId);
        expect(sha256(opened.store.images.original(imageId))).toBe(hash);
      }
      expect(await opened.store.checkHealth()).toMatchObject({ ok: true });
      const audit = await opened.store.checkAudit();
      expect(audit.intact).toBe(true);
      // A save is there whole or not at all.
      const saves = audit.entries - 1;
      expect(saves).toBe(opened.store.images.listUnread().length);
      const patients = findPatients(opened.store).entries;
      expect(saves).toBe(patients.length);
      expect(saves).toBeGreaterThanOrEqual(acknowledged.length);
    } finally {
      opened.store.close();
    }
  }
  expect(acknowledged.length).toBeGreaterThan(kills);
});

test('a second process cannot open the clinic, and the first is not disturbed', async () => {
  const { folder, store } = await newClinic();
  const writer = startWriter(folder);
  // Were it to succeed, it would write without end.
  writer.stdout.once('data', () => writer.kill('SIGKILL'));
  const [complaint] = await Promise.all([text(writer.stderr), once(writer, 'exit')]);
  expect(complaint).toContain('database-in-use');
  store.patients.enrol(details({ familyName: 'Okafor' }));
  expect(await store.checkHealth()).toMatchObject({ ok: true });
});

test('a transaction that throws leaves nothing, and a nested one only undoes its own part', async () => {
  const { store } = await newClinic();
  const enrol = (familyName: string) => store.patients.enrol(details({ familyName }));
  expect(() =>
    store.transaction(() => {
      enrol('Outer');
      throw new Error('changed my mind');
    }),
  ).toThrow('changed my mind');
  expect(findPatients(store).entries).toEqual([]);
  store.transaction(() => {
    enrol('Kept');
    expect(() =>
      store.transaction(() => {
        enrol('Dropped');
        throw new Error('inner');
      }),
    ).toThrow('inner');
  });
  const names = findPatients(store).entries.map(({ patient }) => patient.familyName);
  expect(names).toEqual(['Kept']);
});

test('the connection waits for the disk at each commit and writes no temporary files', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  const settings = {
    cipher: 'sqlcipher',
    journal_mode: 'wal',
    locking_mode: 'exclusive',
    synchronous: 2,
    fullfsync: 1,
    checkpoint_fullfsync: 1,
    foreign_keys: 1,
    secure_delete: 1,
    temp_store: 2,
    trusted_schema: 0,
    cell_size_check: 1,
  };
  for (const [pragma, value] of Object.entries(settings))
    expect([pragma, connection.pragma(pragma)]).toEqual([pragma, value]);
  connection.close();
});

test('the database’s file is given to nobody while its log could not be moved into it', () => {
  const file = path.join(temporaryFolder(), 'a.db');
  const key = new Uint8Array(32).fill(1);
  const connection = Connection.create(file, key);
  connection.script('CREATE TABLE t (n INTEGER) STRICT');
  const given: string[] = [];
  const give = () => connection.whileClosed(key, (name) => given.push(name));
  // SQLite's answer where somebody else reads the log.
  vi.spyOn(connection, 'pragma').mockReturnValueOnce(1);
  expect(give).toThrow('could not be moved');
  expect(given).toEqual([]);
  expect(connection.isOpen).toBe(true);
  give();
  expect(given).toEqual([file]);
  connection.close();
});

import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Connection } from '../../src/store/connection.ts';
import { readClinicInfo, unlockClinic } from '../../src/store/index.ts';
import { mountSmallDisk } from '../small-disk.ts';
import {
  addImage,
  addLesion,
  closing,
  details,
  expectRefusal,
  newClinic,
  passphrase,
  sha256,
  temporaryFolder,
  userName,
} from './harness.ts';

const suite = 'the store on a disk of 3 MiB';
const disk = mountSmallDisk(3, suite);

describe.skipIf(!disk)(suite, () => {
  const { folder: root = '' } = disk ?? {};
  afterAll(() => disk?.unmount());

  test('a save that does not fit says disk-full, and everything saved before it is whole', async () => {
    const folder = path.join(root, 'clinic');
    const { store } = await newClinic(folder);
    const lesion = addLesion(store, store.patients.enrol(details({ familyName: 'Okafor' })).id);
    const saved: string[] = [];
    const message = await expectRefusal('disk-full', () => {
      for (;;) saved.push(addImage(store, lesion.id, randomBytes(100_000)).id);
    });
    expect(message).toMatch(/Free some space/);
    expect(saved.length).toBeGreaterThan(5);
    expect(store.images.listUnread().map(({ id }) => id)).toEqual(saved);
    await expectRefusal('disk-full', () => addImage(store, lesion.id, randomBytes(100_000)));
    expect(store.checkHealth()).toMatchObject({ ok: true });
    store.close();

    const opened = closing(await unlockClinic(folder, { userName, passphrase }));
    for (const id of saved)
      expect(sha256(opened.store.images.original(id))).toBe(opened.store.images.get(id).sha256);
    expect(opened.store.checkHealth()).toMatchObject({ ok: true });
    opened.store.close();
    rmSync(folder, { recursive: true });
  });

  test('a full disk lets no half-made clinic or user appear', async () => {
    const folder = path.join(root, 'clinic');
    const { store } = await newClinic(folder);
    expect(() => writeFileSync(path.join(root, 'filler'), Buffer.alloc(4 << 20))).toThrow(/ENOSPC/);
    const added = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' };
    await expectRefusal('disk-full', () => store.addUser({ ...added, role: 'clinician' }));
    expect(store.listUsers()).toHaveLength(1);
    expect(readClinicInfo(folder)?.userNames).toEqual([userName]);
    const other = path.join(root, 'other');
    await expectRefusal('disk-full', () => newClinic(other));
    expect(readClinicInfo(other)).toBeNull();
    store.close();
    rmSync(path.join(root, 'filler'));
    closing(await unlockClinic(folder, { userName, passphrase })).store.close();
    rmSync(folder, { recursive: true });
  });
});

test('a database that may not grow says disk-full and stays whole', async () => {
  const connection = Connection.create(path.join(temporaryFolder(), 'a.db'), randomBytes(32));
  connection.script('CREATE TABLE t (b BLOB) STRICT');
  connection.pragma('max_page_count = 20');
  const insert = () => connection.run('INSERT INTO t VALUES (:b)', { b: randomBytes(20_000) });
  await expectRefusal('disk-full', () => {
    for (;;) connection.transaction(insert);
  });
  expect(connection.pragma('integrity_check')).toBe('ok');
  connection.close();
});

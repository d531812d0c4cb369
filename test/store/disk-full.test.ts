import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Connection } from '../../src/store/connection.ts';
import { readClinicInfo, recoverClinic, unlockClinic } from '../../src/store/index.ts';
import { mountSmallDisk } from '../small-disk.ts';
import {
  addImage,
  addLesion,
  closing,
  details,
  expectRefusal,
  kdf,
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
    expect(await store.checkHealth()).toMatchObject({ ok: true });
    store.close();

    const opened = closing(await unlockClinic(folder, { userName, passphrase }));
    for (const id of saved)
      expect(sha256(opened.store.images.original(id))).toBe(opened.store.images.get(id).sha256);
    expect(await opened.store.checkHealth()).toMatchObject({ ok: true });
    opened.store.close();
    rmSync(folder, { recursive: true });
  });

  test('a full disk lets no half-made clinic or user appear', async () => {
    const folder = path.join(root, 'clinic');
    const { store } = await newClinic(folder);
    expect(() => writeFileSync(path.join(root, 'filler'), Buffer.alloc(4 << 20))).toThrow(/ENOSPC/);
    const added = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' };
    await expectRefusal('disk-full', () => store.accounts.add({ ...added, role: 'clinician' }));
    expect(store.accounts.list()).toHaveLength(1);
    expect(readClinicInfo(folder)?.userNames).toEqual([userName]);
    const other = path.join(root, 'other');
    await expectRefusal('disk-full', () => newClinic(other));
    expect(readClinicInfo(other)).toBeNull();
    store.close();
    rmSync(path.join(root, 'filler'));
    closing(await unlockClinic(folder, { userName, passphrase })).store.close();
    rmSync(folder, { recursive: true });
  });

  /** Leaves so much room on the disk while `work` runs. */
  async function withRoom<T>(kib: number, work: () => Promise<T>): Promise<T | undefined> {
    const filler = path.join(root, 'filler');
    const { bavail, bsize } = statfsSync(root);
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - kib * 1024)));
    try {
      return await work();
    } catch (error) {
      expect(error).toMatchObject({ code: 'disk-full' });
      return undefined;
    } finally {
      rmSync(filler);
    }
  }

  test('unlocking, recovery and a new user are whole or nothing, however much room is left', async () => {
    const folder = path.join(root, 'clinic');
    const { store, recoveryKey } = await newClinic(folder);
    store.close();
    const words = ['granite window thirty', 'copper lantern orchard'];
    let [valid, next] = [passphrase, words[0] ?? ''];
    let names = [userName];
    const done = { unlock: 0, recover: 0, add: 0 };
    let entries = 1;
    for (let kib = 0; kib < 120; kib += 4) {
      const audited = 'session.unlock';
      const unlocked = await withRoom(kib, () =>
        unlockClinic(folder, { userName, passphrase: valid, audited, kdf }),
      );
      if (unlocked) {
        entries += 1;
        done.unlock += 1;
        const name = `User ${kib}`;
        const added = await withRoom(kib, () =>
          unlocked.store.accounts.add(
            { name, role: 'clinician', passphrase: 'violet harbour engine' },
            () => unlocked.store.audit.append({ userId: null, action: 'user.add', subject: name }),
          ),
        );
        if (added) [names, entries] = [[...names, name], entries + 1];
        done.add += added ? 1 : 0;
        expect(
          unlocked.store.accounts
            .list()
            .map((user) => user.name)
            .sort(),
        ).toEqual([...names].sort());
        unlocked.store.close();
      }
      const recovered = await withRoom(kib, () =>
        recoverClinic(folder, {
          recoveryKey,
          userName,
          newPassphrase: next,
          audited: 'session.recover',
          kdf,
        }),
      );
      if (recovered) {
        [valid, next] = [next, valid];
        entries += 1;
        done.recover += 1;
        recovered.store.close();
      }
      await expectRefusal('wrong-passphrase', () =>
        unlockClinic(folder, { userName, passphrase: next }),
      );
      // The wrong passphrase is entered by who unlocks next.
      entries += 1;
      const opened = closing(await unlockClinic(folder, { userName, passphrase: valid, kdf }));
      expect(await opened.store.checkAudit()).toMatchObject({ entries, intact: true });
      expect(
        opened.store.accounts
          .list()
          .map((user) => user.name)
          .sort(),
      ).toEqual([...names].sort());
      opened.store.close();
      expect([...(readClinicInfo(folder)?.userNames ?? [])].sort()).toEqual([...names].sort());
    }
    // Neither always room enough nor never.
    for (const count of Object.values(done)) expect(count).toBeGreaterThan(2);
    for (const count of Object.values(done)) expect(count).toBeLessThan(29);
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

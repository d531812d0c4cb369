import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { blockBytes } from '../../src/store/backup/manifest.ts';
import { kept } from '../../src/store/backup/retention.ts';
import {
  type BackupErrorCode,
  type ClinicStore,
  findBackup,
  listBackups,
  lookAtMedium,
  proveBackup,
  restoreBackup,
  unlockClinic,
  verifyBackup,
} from '../../src/store/index.ts';
import { mountSmallDisk } from '../small-disk.ts';
import {
  addImage,
  addLesion,
  addReading,
  closing,
  details,
  expectRefusal,
  findPatients,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const program = '1.2.3';
const access = { userName, passphrase };
let dataFolder: string;
let medium: string;
let store: ClinicStore;
let recoveryKey: string;
let lesionId: string;
let imageId: string;
const clinic = () => path.join(dataFolder, 'clinic');

beforeEach(async () => {
  dataFolder = temporaryFolder();
  medium = path.join(temporaryFolder(), 'backups');
  ({ store, recoveryKey } = await newClinic(clinic()));
  lesionId = addLesion(store, store.patients.enrol(details({ familyName: 'Before' })).id).id;
  for (let n = 0; n < 3; n++) {
    imageId = addImage(store, lesionId, randomBytes(900_000)).id;
    addReading(store, imageId);
  }
});

const unlocked = async (folder: string) => closing(await unlockClinic(folder, access)).store;
const familyNames = (opened: ClinicStore) =>
  findPatients(opened)
    .entries.map(({ patient }) => patient.familyName)
    .sort();
const filesOf = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(path.join(folder, name)).toString('base64')]);
const refused = (code: BackupErrorCode) => ({ name: 'BackupError', code });
const packs = () => readdirSync(medium).filter((name) => name.endsWith('.blocks'));

describe('a backup', () => {
  test('brings every count, hash and audit entry back after the clinic’s folder is deleted, by a passphrase or the recovery key', async () => {
    const made = await store.backUp(medium, program);
    const audit = store.audit.list(100);
    const image = store.images.get(imageId);
    store.close();
    for (const key of [access, { recoveryKey }]) {
      rmSync(clinic(), { recursive: true });
      const { contents, backup, auditIntact } = await restoreBackup(dataFolder, medium, {
        access: key,
      });
      expect(backup.id).toBe(made.id);
      expect(auditIntact).toBe(true);
      expect(contents).toMatchObject({ patients: 1, lesions: 1, images: 3, readings: 3 });
      const again = await unlocked(clinic());
      expect(familyNames(again)).toEqual(['Before']);
      const [restored, ...rest] = again.audit.list(100);
      expect(restored).toMatchObject({
        action: 'backup.restore',
        subject: `backup:${made.id}`,
        userName: 'Dermaspike',
      });
      expect(rest).toEqual(audit);
      expect((await again.checkAudit()).problems).toEqual([]);
      expect(again.images.get(imageId)).toEqual(image);
      expect(await again.checkHealth()).toMatchObject({ ok: true });
      again.close();
    }
  });

  test('of a clinic that changed a little writes the changed blocks alone, and each backup brings its own day back', async () => {
    const first = await store.backUp(medium, program);
    expect(first.newBlocks).toBe(first.blocks);
    store.patients.enrol(details({ familyName: 'Later' }));
    const second = await store.backUp(medium, program);
    expect(second.newBlocks).toBeLessThan(first.blocks / 2);
    expect(second.writtenBytes).toBeLessThan(first.writtenBytes / 2);
    store.close();
    await restoreBackup(dataFolder, medium, { id: first.id, access });
    const former = await unlocked(clinic());
    expect(familyNames(former)).toEqual(['Before']);
    former.close();
    await restoreBackup(dataFolder, medium, { id: second.id, access });
    expect(familyNames(await unlocked(clinic()))).toEqual(['Before', 'Later']);
  });

  test('has what was saved before it and nothing after, while people work', async () => {
    let meanwhile = 0;
    await store.backUp(medium, program, {
      onProgress: () => {
        store.patients.enrol(details({ familyName: `Meanwhile ${++meanwhile}` }));
      },
    });
    expect(meanwhile).toBeGreaterThan(5);
    expect(familyNames(store)).toHaveLength(1 + meanwhile);
    store.close();
    await restoreBackup(dataFolder, medium, { access });
    expect(familyNames(await unlocked(clinic()))).toEqual(['Before']);
  });

  test('sets the clinic that it replaces aside with its log, which is never replayed into what was restored', async () => {
    await store.backUp(medium, program);
    store.patients.enrol(details({ familyName: 'Later' }));
    const crashed = path.join(temporaryFolder(), 'clinic');
    cpSync(clinic(), crashed, { recursive: true });
    store.close();
    rmSync(clinic(), { recursive: true });
    cpSync(crashed, clinic(), { recursive: true });
    expect(readdirSync(clinic())).toContain('clinic.db-wal');
    await restoreBackup(dataFolder, medium, { access });
    expect(familyNames(await unlocked(clinic()))).toEqual(['Before']);
    const [aside] = readdirSync(path.join(dataFolder, 'set-aside'));
    const replaced = path.join(dataFolder, 'set-aside', aside ?? '');
    expect(familyNames(await unlocked(replaced))).toEqual(['Before', 'Later']);
  });

  test('is not restored over a clinic that is open, nor by a wrong passphrase', async () => {
    await store.backUp(medium, program);
    const wrong = { userName, passphrase: 'another orchard lantern' };
    await expectRefusal('database-in-use', () => restoreBackup(dataFolder, medium, { access }));
    expect(familyNames(store)).toEqual(['Before']);
    store.close();
    await expectRefusal('wrong-passphrase', () =>
      restoreBackup(dataFolder, medium, { access: wrong }),
    );
    expect(familyNames(await unlocked(clinic()))).toEqual(['Before']);
  });

  test('builds on none made before damage was found in one of them', async () => {
    const first = await store.backUp(medium, program);
    const file = path.join(medium, packs()[0] ?? '');
    store.patients.enrol(details({ familyName: 'Later' }));
    await store.backUp(medium, program);
    const bytes = readFileSync(file);
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await verifyBackup(medium, { id: first.id, access });
    const next = await store.backUp(medium, program);
    expect(next.newBlocks).toBe(next.blocks);
    store.patients.enrol(details({ familyName: 'Last' }));
    const last = await store.backUp(medium, program);
    expect(last.newBlocks).toBeLessThan(last.blocks);
  });

  test('that has any block changed names it, restores nothing, and has the next one written anew', async () => {
    const { id } = await store.backUp(medium, program);
    const file = path.join(medium, packs()[0] ?? '');
    const bytes = readFileSync(file);
    const size = statSync(file).size;
    const sealed = blockBytes + 28;
    for (let trial = 0; trial < 20; trial++) {
      const at = Math.floor((size * trial) / 20) + 5;
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(file, changed);
      const { damages } = await verifyBackup(medium, { access });
      expect(damages).toMatchObject([{ file, at: Math.floor(at / sealed) * sealed }]);
    }
    store.close();
    const before = filesOf(clinic());
    await expect(restoreBackup(dataFolder, medium, { access })).rejects.toMatchObject(
      refused('backup-damaged'),
    );
    expect(filesOf(clinic())).toEqual(before);
    store = await unlocked(clinic());
    const next = await store.backUp(medium, program);
    expect(next.newBlocks).toBe(next.blocks);
    const scratch = path.join(dataFolder, 'proof');
    await proveBackup(medium, scratch, { access });
    expect(existsSync(scratch)).toBe(false);
    expect((await listBackups(medium))[0]).toMatchObject({ id: next.id, proof: { whole: true } });
    expect((await listBackups(medium)).find((backup) => backup.id === id)?.proof?.whole).not.toBe(
      true,
    );
  });

  test('whose list is changed in any bit is told of as damaged, and no older one is taken instead', async () => {
    await store.backUp(medium, program);
    store.patients.enrol(details({ familyName: 'Later' }));
    const { id } = await store.backUp(medium, program);
    const file = path.join(medium, `${id}.backup`);
    const bytes = readFileSync(file);
    const damaged = { ...refused('backup-damaged'), message: expect.stringContaining(file) };
    const headLength = bytes.indexOf('\n');
    for (let at = 0; at < headLength; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(file, changed);
      await expect(findBackup(medium)).rejects.toMatchObject(damaged);
    }
    expect(await lookAtMedium(medium)).toMatchObject([
      { id, reason: refused('backup-damaged') },
      { keys: expect.any(String) },
    ]);
    for (const at of [headLength, headLength + 1, bytes.length - 2]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(file, changed);
      await expect(verifyBackup(medium, { access })).rejects.toMatchObject(damaged);
    }
    store.close();
    await expect(restoreBackup(dataFolder, medium, { access })).rejects.toMatchObject(damaged);
    writeFileSync(file, bytes);
    expect((await verifyBackup(medium, { access })).backup.id).toBe(id);
  });

  test('of before lists had checksums, with its copy of the wrapped keys changed, is damaged and no passphrase wrong', async () => {
    const { id } = await store.backUp(medium, program);
    const file = path.join(medium, `${id}.backup`);
    const [head = '', body] = readFileSync(file, 'utf8').split('\n');
    const { check: _, keys, ...old } = JSON.parse(head);
    const changed = keys.replaceAll(/"salt": "./g, '"salt": "/');
    expect(changed).not.toBe(keys);
    writeFileSync(file, `${JSON.stringify({ ...old, keys: changed })}\n${body}\n`);
    await expect(verifyBackup(medium, { access })).rejects.toMatchObject(refused('backup-damaged'));
  });

  test('whose damage is found while it is proven is known as damaged, and one that nobody finished proving is not', async () => {
    await store.backUp(medium, program);
    const scratch = path.join(dataFolder, 'proof');
    const prove = (signal?: AbortSignal) => proveBackup(medium, scratch, { access, signal });
    const isWhole = async () => (await listBackups(medium))[0]?.proof?.whole;
    await expect(prove(AbortSignal.abort())).rejects.toMatchObject(refused('cancelled'));
    expect(await isWhole()).toBeUndefined();
    const file = path.join(medium, packs()[0] ?? '');
    const bytes = readFileSync(file);
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await expect(prove()).rejects.toMatchObject(refused('backup-damaged'));
    expect(await isWhole()).toBe(false);
    expect(existsSync(scratch)).toBe(false);
  });

  test('made alone after an erasure leaves no other one and none of their blocks', async () => {
    await store.backUp(medium, program);
    store.patients.enrol(details({ familyName: 'Later' }));
    await store.backUp(medium, program);
    const last = await store.backUp(medium, program, { onlyThis: true });
    expect((await listBackups(medium)).map(({ id }) => id)).toEqual([last.id]);
    expect(packs()).toHaveLength(1);
    expect(last.newBlocks).toBe(last.blocks);
  });

  test('leaves nothing of a former one whose list is damaged, when it is to be the only one', async () => {
    const first = await store.backUp(medium, program);
    const list = path.join(medium, `${first.id}.backup`);
    writeFileSync(list, readFileSync(list).subarray(0, 20));
    store.patients.enrol(details({ familyName: 'Later' }));
    const last = await store.backUp(medium, program, { onlyThis: true });
    expect(readdirSync(medium).filter((name) => name.endsWith('.backup'))).toEqual([
      `${last.id}.backup`,
    ]);
    expect(packs()).toHaveLength(1);
  });

  test('is given up when the clinic is locked meanwhile, and leaves the former one', async () => {
    const first = await store.backUp(medium, program);
    const before = filesOf(medium);
    store.patients.enrol(details({ familyName: 'Later' }));
    const making = store.backUp(medium, program, { onProgress: () => store.close() });
    await expectRefusal('changed-meanwhile', () => making);
    expect(filesOf(medium)).toEqual(before);
    await verifyBackup(medium, { id: first.id, access });
  });

  test('shows nothing of a patient in its files', async () => {
    await store.backUp(medium, program);
    for (const name of readdirSync(medium))
      expect(readFileSync(path.join(medium, name)).includes('Before'), name).toBe(false);
  });
});

describe('a medium', () => {
  test('of another clinic is left as it is', async () => {
    const other = await newClinic();
    await other.store.backUp(medium, program);
    const before = filesOf(medium);
    await expect(store.backUp(medium, program)).rejects.toMatchObject(
      refused('backup-other-clinic'),
    );
    expect(filesOf(medium)).toEqual(before);
  });

  test('that is not connected is told of, and nothing is made in its place', async () => {
    const away = path.join(temporaryFolder(), 'not-mounted', 'backups');
    await expect(store.backUp(away, program)).rejects.toMatchObject(refused('medium-failed'));
    expect(existsSync(path.dirname(away))).toBe(false);
    await expect(verifyBackup(away, { access })).rejects.toMatchObject(refused('backup-none'));
  });

  test('that is pulled out while it is written to or read is told of, is not called damaged, and is whole when it is back', async () => {
    const first = await store.backUp(medium, program);
    const away = `${medium}-away`;
    const pullOut = (share: number) => {
      if (share > 0 && existsSync(medium)) renameSync(medium, away);
    };
    addImage(store, lesionId, randomBytes(900_000));
    await expect(store.backUp(medium, program, { onProgress: pullOut })).rejects.toMatchObject(
      refused('medium-failed'),
    );
    store.patients.enrol(details({ familyName: 'Later' }));
    renameSync(away, medium);
    expect((await listBackups(medium)).map(({ id }) => id)).toEqual([first.id]);
    const second = await store.backUp(medium, program);
    const scratch = path.join(dataFolder, 'proof');
    await expect(
      proveBackup(medium, scratch, {
        id: second.id,
        access,
        onProgress: pullOut,
      }),
    ).rejects.toMatchObject(refused('medium-failed'));
    expect(existsSync(scratch)).toBe(false);
  });

  test('that is write-protected keeps what it has, says so, and can still be restored from', async () => {
    const disk = mountSmallDisk(16, 'a write-protected backup medium');
    if (!disk) return;
    try {
      const first = await store.backUp(disk.folder, program);
      execFileSync('mount', ['-o', 'remount,ro', disk.folder]);
      store.patients.enrol(details({ familyName: 'Later' }));
      await expect(store.backUp(disk.folder, program)).rejects.toMatchObject(
        refused('medium-read-only'),
      );
      const given = { id: first.id, access };
      await proveBackup(disk.folder, path.join(dataFolder, 'proof'), given);
      store.close();
      await restoreBackup(dataFolder, disk.folder, given);
      expect(familyNames(await unlocked(clinic()))).toEqual(['Before']);
    } finally {
      disk.unmount();
    }
  });

  test('that becomes full keeps the backups that it had, and the clinic goes on', async () => {
    const disk = mountSmallDisk(5, 'a full backup medium');
    if (!disk) return;
    try {
      const first = await store.backUp(disk.folder, program);
      const before = filesOf(disk.folder);
      addImage(store, lesionId, randomBytes(4_000_000));
      await expect(store.backUp(disk.folder, program)).rejects.toMatchObject(
        refused('medium-full'),
      );
      expect(filesOf(disk.folder)).toEqual(before);
      expect((await verifyBackup(disk.folder, { id: first.id, access })).damages).toEqual([]);
      store.patients.enrol(details({ familyName: 'Later' }));
    } finally {
      disk.unmount();
    }
  });
});

describe('what is kept', () => {
  const backup = (day: number, proven = false) => {
    const madeAt = new Date(Date.UTC(2026, 0, 1 + day, 12)).toISOString();
    return { id: String(day), madeAt, proof: proven ? { at: madeAt, whole: true } : null };
  };

  test('is the last of seven days, five weeks and twelve months, the newest three and the newest proven', () => {
    const daily = Array.from({ length: 500 }, (_, n) => backup(499 - n, n === 450));
    const keep = kept(daily);
    expect(keep.size).toBeLessThanOrEqual(7 + 5 + 12 + 1);
    for (let day = 493; day < 500; day++) expect(keep).toContain(String(day));
    expect(keep).toContain('49');
    expect(kept([backup(0)])).toEqual(new Set(['0']));
  });
});

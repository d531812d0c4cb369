import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { v7 as newId } from 'uuid';
import type { User } from '../clinic/entities/index.ts';
import {
  databasePath,
  findClinicFile,
  findUserSlot,
  loginName,
  type NewClinicFile,
  readClinicFile,
  writeClinicFile,
} from './clinic-file.ts';
import { ClinicStore } from './clinic-store.ts';
import { type Clock, systemClock } from './clock.ts';
import { Connection } from './connection.ts';
import { makePrivateFolder, renameDurably } from './durable-file.ts';
import { StoreError, translated } from './errors.ts';
import {
  dataKeyBytes,
  defaultScryptCost,
  newPassphraseKey,
  openNoSlot,
  openRecoverySlot,
  openUserSlot,
  type ScryptCost,
  sealRecoverySlot,
  sealUserSlot,
  wrongPassphrase,
} from './key-slots.ts';
import { assertNotNewer, loadMigrations, type Migration, migrate } from './migrations.ts';
import { assertStrong } from './passphrase.ts';
import { newRecoveryKey } from './recovery-key.ts';
import { UserRepository } from './repositories/users.ts';

/** What tests set otherwise. */
export interface StoreOptions {
  /** The cost of the slots that are made, now and by `addUser`. */
  readonly kdf?: ScryptCost;
  readonly clock?: Clock;
}

export interface ClinicInfo {
  readonly clinicName: string;
  readonly demo: boolean;
  readonly userNames: string[];
}

export interface UnlockedClinic {
  readonly store: ClinicStore;
  readonly user: User;
}

/** What can be said of the clinic in `folder` while it is locked; null when there is none. */
export function readClinicInfo(folder: string): ClinicInfo | null {
  const file = findClinicFile(folder);
  if (!file) return null;
  const { clinicName, demo, users } = file;
  return { clinicName, demo, userNames: users.map(({ userName }) => userName) };
}

/**
 * Makes a clinic with its first user, an administrator, and opens it. A clinic exists from the
 * moment that clinic.json does, which is written last. Throws `clinic-exists`, `weak-passphrase`.
 */
export async function createClinic(
  folder: string,
  wanted: StoreOptions & {
    clinicName: string;
    demo: boolean;
    userName: string;
    passphrase: string;
  },
): Promise<UnlockedClinic & { recoveryKey: string }> {
  const { clinicName, demo, userName, passphrase } = wanted;
  assertNoClinic(folder);
  assertStrong(passphrase, [userName, clinicName]);
  makePrivateFolder(folder);
  const clinicId = newId();
  const dataKey = randomBytes(dataKeyBytes);
  const recoveryKey = newRecoveryKey();
  const recovery = await sealRecoverySlot(clinicId, recoveryKey, dataKey);
  const userKey = await newPassphraseKey(passphrase, wanted.kdf ?? defaultScryptCost);
  const fresh = `${databasePath(folder)}.new-${randomBytes(4).toString('hex')}`;
  const database = databasePath(folder);
  return translated(() => {
    try {
      const user = buildDatabase(fresh, dataKey, userName, wanted.clock ?? systemClock);
      assertNoClinic(folder);
      if (existsSync(database)) setAside(database);
      renameDurably(fresh, database);
      const store = openStore(folder, dataKey, wanted);
      const users = [sealUserSlot(clinicId, user, userKey, dataKey)];
      publish(store, folder, { clinicId, clinicName, demo, users, recovery });
      return { store, user, recoveryKey };
    } catch (error) {
      dataKey.fill(0);
      for (const suffix of ['', '-wal', '-journal']) rmSync(fresh + suffix, { force: true });
      throw error;
    }
  });
}

/** Throws `no-clinic`, `wrong-passphrase`, and what opening a database may. */
export async function unlockClinic(
  folder: string,
  given: StoreOptions & { userName: string; passphrase: string },
): Promise<UnlockedClinic> {
  const file = readClinicFile(folder);
  const slot = findUserSlot(file, given.userName);
  const dataKey = slot
    ? await openUserSlot(file.clinicId, slot, given.passphrase)
    : await openNoSlot(given.passphrase, file.users[0]?.scrypt ?? defaultScryptCost);
  const store = openStore(folder, dataKey, given);
  return closingOnFailure(store, () => {
    const users = store.listUsers();
    dropUnusedSlots(folder, users);
    const user = users.find(({ id }) => id === slot?.userId);
    if (!user) throw wrongPassphrase();
    return { store, user };
  });
}

/**
 * Opens the clinic by its recovery key and gives a user a new passphrase. The recovery key stays
 * valid. Throws `no-clinic`, `wrong-recovery-key`, `not-found` (no such user), `weak-passphrase`.
 */
export async function recoverClinic(
  folder: string,
  given: StoreOptions & { recoveryKey: string; userName: string; newPassphrase: string },
): Promise<UnlockedClinic> {
  const file = readClinicFile(folder);
  const dataKey = await openRecoverySlot(file.clinicId, file.recovery, given.recoveryKey);
  const store = openStore(folder, dataKey, given);
  return closingOnFailure(store, async () => {
    const name = loginName(given.userName);
    const user = store.listUsers().find((other) => loginName(other.name) === name);
    if (!user)
      throw new StoreError(
        'not-found',
        'This clinic has no user of that name. Choose one of the names on the log-in screen.',
      );
    await store.setPassphrase(user, given.newPassphrase);
    return { store, user };
  });
}

/** Opens the clinic's database and brings it up to date. Owns `dataKey`: zeroes it on failure. */
function openStore(folder: string, dataKey: Buffer, options: StoreOptions): ClinicStore {
  const clock = options.clock ?? systemClock;
  const scryptCost = options.kdf ?? defaultScryptCost;
  try {
    const connection = openDatabase(databasePath(folder), dataKey, clock);
    return new ClinicStore({ folder, connection, dataKey, scryptCost, clock });
  } catch (error) {
    dataKey.fill(0);
    throw error;
  }
}

function openDatabase(file: string, dataKey: Buffer, clock: Clock): Connection {
  if (!existsSync(file))
    throw new StoreError(
      'database-damaged',
      'The file clinic.db is missing from the data folder. Restore it from a backup; clinic.json alone holds no records.',
    );
  const migrations = loadMigrations();
  if (existsSync(`${file}-wal`)) assertLogNotNewer(file, dataKey, migrations);
  const connection = Connection.open(file, dataKey);
  try {
    assertNotNewer(connection, migrations);
    connection.allowWriting();
    migrate(connection, migrations, clock);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * A program that did not close the database left its log. To open the database for writing would
 * move the log into it at close; so look first, without a trace, whether it is a newer program's.
 */
function assertLogNotNewer(file: string, dataKey: Buffer, migrations: readonly Migration[]): void {
  const index = `${file}-shm`;
  const hadIndex = existsSync(index);
  const look = Connection.openReadOnly(file, dataKey);
  try {
    assertNotNewer(look, migrations);
  } catch (error) {
    // To look takes a little space, which a full disk lacks; to open does not, and tells of damage.
    if (!(error instanceof StoreError) || error.code !== 'database-damaged') throw error;
  } finally {
    look.close();
    if (!hadIndex) rmSync(index, { force: true });
  }
}

/** Makes a whole database with one user at `file`, and closes it. */
function buildDatabase(file: string, dataKey: Buffer, userName: string, clock: Clock): User {
  const connection = Connection.create(file, dataKey);
  try {
    migrate(connection, loadMigrations(), clock);
    const users = new UserRepository(connection, clock);
    const first = users.prepare(userName, 'administrator');
    users.insert(first);
    return first;
  } finally {
    connection.close();
  }
}

/** Writes clinic.json, or takes the new database away again. */
function publish(store: ClinicStore, folder: string, file: NewClinicFile): void {
  try {
    writeClinicFile(folder, file);
  } catch (error) {
    store.close();
    rmSync(databasePath(folder), { force: true });
    throw error;
  }
}

/** A database without its clinic.json may yet be joined with one from a backup: it is kept. */
function setAside(database: string): void {
  const aside = `${database}.set-aside-${newId()}`;
  for (const suffix of ['-wal', ''])
    if (existsSync(database + suffix)) renameDurably(database + suffix, aside + suffix);
}

function assertNoClinic(folder: string): void {
  if (findClinicFile(folder))
    throw new StoreError(
      'clinic-exists',
      'There is a clinic in this data folder already. Open it, or choose an empty folder.',
    );
}

/** Drops the slots of users that a crash in `addUser` kept out of the database. */
function dropUnusedSlots(folder: string, users: readonly User[]): void {
  // Read again: now that the database is locked, nobody else changes it.
  const file = readClinicFile(folder);
  const used = file.users.filter(({ userId }) => users.some(({ id }) => id === userId));
  if (used.length < file.users.length) writeClinicFile(folder, { ...file, users: used });
}

async function closingOnFailure<T>(store: ClinicStore, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    store.close();
    throw error;
  }
}

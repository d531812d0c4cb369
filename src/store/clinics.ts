import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { v7 as newId } from 'uuid';
import type { User } from '../clinic/entities/index.ts';
import { type BackupPlace, bringsBack } from './backup/after-loss.ts';
import { tellRestored } from './backup/restored.ts';
import { vouchForNew } from './baseline.ts';
import {
  type ClinicFile,
  databasePath,
  findClinicFile,
  findUserSlot,
  isClinicFileChanged,
  loginName,
  markPath,
  type NewClinicFile,
  readClinicFile,
  slotName,
} from './clinic-file.ts';
import type { ClinicStore } from './clinic-store.ts';
import { type Clock, systemClock } from './clock.ts';
import { Connection } from './connection.ts';
import { opensDatabase } from './data-key.ts';
import { makePrivateFolder, renameDurably } from './durable-file.ts';
import { keepErasedListKey } from './erasure/erased-list.ts';
import { StoreError, translated } from './errors.ts';
import { beginNotes, noteFailedUnlock, writeNotes } from './failed-unlocks.ts';
import {
  dataKeyBytes,
  defaultScryptCost,
  isSlotChanged,
  newPassphraseKey,
  type OpenedSlot,
  openNoSlot,
  openRecoverySlot,
  openSlot,
  type RecoverySlot,
  type ScryptCost,
  sealRecoverySlot,
  sealUserSlot,
  type UserSlot,
  wrongPassphrase,
  wrongRecoveryKey,
} from './key-slots.ts';
import { loadMigrations, migrate } from './migrations.ts';
import { type Loss, type Opening, older, openStore } from './opening.ts';
import { assertStrong } from './passphrase.ts';
import { newRecoveryKey } from './recovery-key.ts';
import { AuditRepository } from './repositories/audit.ts';
import { UserKeyRepository } from './repositories/user-keys.ts';
import { UserRepository } from './repositories/users.ts';
import { newUserSecret, UserKeys } from './user-keys.ts';

export interface StoreOptions {
  /** The action of the audit entry that belongs to this: without it, this is not done either. */
  readonly audited?: string;
  /** Told of where the clinic is found to be older than it was. */
  readonly backups?: BackupPlace | undefined;
  /** The cost of the slots that are made, now and later. Tests set it. */
  readonly kdf?: ScryptCost;
  /** Tests set it. */
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
  const { clinicName, demo, users, pending } = file;
  const names = [...users, ...(pending?.users ?? [])].map(slotName);
  return { clinicName, demo, userNames: [...new Set(names)] };
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
  await assertStrong(passphrase, [userName, clinicName]);
  makePrivateFolder(folder);
  const clinicId = newId();
  const dataKey = randomBytes(dataKeyBytes);
  const recoveryKey = newRecoveryKey();
  const recovery = await sealRecoverySlot(clinicId, recoveryKey, dataKey);
  const userKey = await newPassphraseKey(passphrase, wanted.kdf ?? defaultScryptCost);
  const secret = newUserSecret();
  const keys = new UserKeys(secret);
  const fresh = `${databasePath(folder)}.new-${randomBytes(4).toString('hex')}`;
  const database = databasePath(folder);
  return translated(() => {
    try {
      const { user, notes } = buildDatabase(fresh, { clinicId, dataKey }, userName, keys, wanted);
      const users = [sealUserSlot(clinicId, user, userKey, dataKey, secret)];
      secret.bytes.fill(0);
      const file: NewClinicFile = { clinicId, clinicName, demo, users, recovery };
      assertNoClinic(folder);
      if (existsSync(database)) setAside(database);
      renameDurably(fresh, database);
      const store = openNew({ ...opening(folder, dataKey, wanted), fresh: file });
      store.audit.admit(user.id, keys);
      writeNotes(folder, notes);
      store.accounts.noteSeen();
      return { store, user, recoveryKey };
    } catch (error) {
      dataKey.fill(0);
      secret.bytes.fill(0);
      for (const suffix of ['', '-wal', '-journal']) rmSync(fresh + suffix, { force: true });
      throw error;
    }
  });
}

type Given = StoreOptions & { readonly userName: string; readonly passphrase: string };
type Recovery = StoreOptions & {
  readonly recoveryKey: string;
  readonly userName: string;
  readonly newPassphrase: string;
};

/** Throws `no-clinic`, `wrong-passphrase`, and what opening a database may. */
export async function unlockClinic(folder: string, given: Given): Promise<UnlockedClinic> {
  const isFileChanged = isClinicFileChanged(folder);
  const opened = await toldFromDamage(folder, given, (file) =>
    openAnySlot(file, given, (dataKey) => opensDatabase(folder, dataKey)),
  );
  const { dataKey, keyChange } = opened;
  let loss: Loss | undefined;
  const tellLoss = (found: Loss) => {
    loss = found;
  };
  let store: ClinicStore;
  try {
    ({ store } = openStore({ ...opening(folder, dataKey, given), keyChange, tellLoss }));
  } catch (error) {
    throw loss ? await olderThanBackup(folder, given, loss) : error;
  }
  return closingOnFailure(store, async () => ({
    store,
    user: await admit(folder, store, { ...opened, isFileChanged }, given),
  }));
}

async function olderThanBackup(folder: string, given: Given, loss: Loss): Promise<StoreError> {
  if (!given.backups) return older(loss.why);
  const file = readClinicFile(folder);
  const { dataKey } = await openAnySlot(file, given, () => true);
  return older(loss.why, await bringsBack(given.backups, file, dataKey, loss));
}

/** As `unlockClinic`, of a clinic that `store` has open already for somebody else. */
export async function joinClinic(folder: string, store: ClinicStore, given: Given): Promise<User> {
  const opened = await toldFromDamage(folder, given, (file) =>
    openAnySlot(file, given, (dataKey) => store.hasKey(dataKey)),
  );
  assertSameKey(store, opened.dataKey);
  return admit(folder, store, opened, given);
}

/** Lets the user in to whom the opened slot belongs: what they do from now on is signed by them. */
async function admit(
  folder: string,
  store: ClinicStore,
  opened: { slot: UserSlot; keys: UserKeys | null; isFileChanged?: boolean },
  { passphrase, audited, clock = systemClock }: Given,
): Promise<User> {
  const { slot, keys, isFileChanged } = opened;
  if (!store.accounts.hasSlot(slot)) {
    // A slot that was put back, or one of a change that never came about.
    noteFailedUnlock(folder, slot.userId, clock());
    throw wrongPassphrase();
  }
  const user = store.accounts.list().find(({ id }) => id === slot.userId);
  if (!user)
    throw new StoreError(
      'not-found',
      `The clinic's records do not know ${slotName(slot)}. Ask an administrator of the clinic to add this user again.`,
    );
  if (keys) store.audit.admit(user.id, keys);
  else await store.accounts.giveKeys(user, passphrase);
  store.vouchForAll();
  store.dataKeyChange.enterDone();
  store.enterFailedUnlocks(enterRestored(folder, store));
  if (!store.accounts.hasAllSeen(user.id)) audit(store.audit, user, 'audit.not-as-seen');
  // Told once: what follows writes the file anew.
  if (isFileChanged) audit(store.audit, user, 'clinic.file-changed');
  if (audited) audit(store.audit, user, audited);
  store.accounts.noteSeen();
  return user;
}

/**
 * Opens the clinic by its recovery key and gives a user a new passphrase. The recovery key stays
 * valid. Whoever has it may go on without changes that are missing, which the audit log then tells.
 * Throws `no-clinic`, `wrong-recovery-key`, `not-found` (no such user), `weak-passphrase`.
 */
export async function recoverClinic(folder: string, given: Recovery): Promise<UnlockedClinic> {
  const { slot, dataKey, keyChange } = await toldFromDamage(folder, given, (file) =>
    openRecovery(file, given.recoveryKey, (dataKey) => opensDatabase(folder, dataKey)),
  );
  const { store, loss } = openStore({
    ...opening(folder, dataKey, given),
    keyChange,
    acceptsLoss: true,
  });
  return closingOnFailure(store, async () => ({
    store,
    user: await renewPassphrase(folder, store, slot, given, loss),
  }));
}

/** As `recoverClinic`, of a clinic that `store` has open already. */
export async function joinByRecovery(
  folder: string,
  store: ClinicStore,
  given: Recovery,
): Promise<User> {
  const { slot, dataKey } = await toldFromDamage(folder, given, (file) =>
    openRecovery(file, given.recoveryKey, (dataKey) => store.hasKey(dataKey)),
  );
  assertSameKey(store, dataKey);
  return renewPassphrase(folder, store, slot, given, undefined);
}

async function renewPassphrase(
  folder: string,
  store: ClinicStore,
  slot: RecoverySlot,
  { userName, newPassphrase, audited }: Recovery,
  loss: Loss | undefined,
): Promise<User> {
  if (!store.accounts.hasRecoverySlot(slot)) throw wrongRecoveryKey();
  const name = loginName(userName);
  const user = store.accounts
    .list()
    .find((other) => loginName(other.name) === name && other.disabledAt === null);
  if (!user)
    throw new StoreError(
      'not-found',
      'This clinic has no user of that name. Choose one of the names on the log-in screen.',
    );
  await store.accounts.setPassphrase(user, newPassphrase, (_, keys) => {
    store.audit.admit(user.id, keys);
    store.vouchForAll();
    if (loss)
      store.audit.append({
        userId: user.id,
        action: 'clinic.accept-loss',
        subject: `changes:${loss.missing || 'unknown'}`,
      });
    if (audited) audit(store.audit, user, audited);
  });
  store.dataKeyChange.enterDone();
  store.enterFailedUnlocks(enterRestored(folder, store));
  store.accounts.noteSeen();
  return user;
}

/** That a key file put in place of the clinic's lets nobody in. Zeroes the key. */
function assertSameKey(store: ClinicStore, dataKey: Buffer): void {
  const isSame = store.hasKey(dataKey);
  dataKey.fill(0);
  if (isSame) return;
  throw new StoreError(
    'database-damaged',
    'The file clinic.json is not the one of the clinic that is open. Lock every screen, and put the clinic’s own clinic.json back.',
  );
}

/** A key that does not open a file which is not as it was written is not called wrong. */
async function toldFromDamage<T>(
  folder: string,
  { userName, clock = systemClock }: StoreOptions & { readonly userName: string },
  open: (file: ClinicFile) => Promise<T>,
): Promise<T> {
  const file = readClinicFile(folder);
  try {
    return await open(file);
  } catch (error) {
    const isWrong = error instanceof StoreError && error.code.startsWith('wrong-');
    const slot = findUserSlot(file.users, userName);
    if (isWrong) noteFailedUnlock(folder, slot?.userId ?? null, clock());
    if (!isWrong || !(isClinicFileChanged(folder) || (slot && isSlotChanged(slot)))) throw error;
    throw new StoreError(
      'database-damaged',
      'The file clinic.json, which holds the wrapped keys, is damaged, so this key does not open it, right or wrong. Restore clinic.json from a backup; or try another user, or the recovery key.',
      { cause: error },
    );
  }
}

function opening(folder: string, dataKey: Buffer, { kdf, clock }: StoreOptions): Opening {
  return {
    folder,
    dataKey,
    scryptCost: kdf ?? defaultScryptCost,
    clock: clock ?? systemClock,
  };
}

interface WithKey<S> {
  readonly slot: S;
  readonly dataKey: Buffer;
  /** The change of the data key that it is by, where clinic.json does not say yet that it was carried out. */
  readonly keyChange: string | undefined;
}

/** The slot that the passphrase opens, and the data key. A slot that is pending may count yet. */
async function openAnySlot(
  file: ClinicFile,
  { userName, passphrase }: { userName: string; passphrase: string },
  isKey: (dataKey: Buffer) => boolean,
): Promise<OpenedSlot & WithKey<UserSlot>> {
  const pending = file.pending && findUserSlot(file.pending.users, userName);
  const current = findUserSlot(file.users, userName);
  if (!pending && !current)
    return openNoSlot(passphrase, file.users[0]?.scrypt ?? defaultScryptCost);
  const isSame = pending?.salt === current?.salt && !file.pending?.mark;
  let found: (OpenedSlot & WithKey<UserSlot>) | undefined;
  for (const slot of isSame ? [current] : [pending, current]) {
    const opened = slot && (await tryUserSlot(file.clinicId, slot, passphrase));
    if (!opened) continue;
    found?.dataKey.fill(0);
    found = { slot, ...opened, keyChange: slot === pending ? keyChangeOf(file) : undefined };
    // While the data key may have been changed or not, the one that opens the database.
    if (!file.pending?.mark || isKey(opened.dataKey)) return found;
  }
  // Where neither does, opening it tells why.
  if (found) return found;
  throw wrongPassphrase();
}

/** The recovery slot that the key opens, and the data key. One that is pending may count yet. */
async function openRecovery(
  file: ClinicFile,
  recoveryKey: string,
  isKey: (dataKey: Buffer) => boolean,
): Promise<WithKey<RecoverySlot>> {
  const { clinicId, recovery, pending } = file;
  const open = async (slot: RecoverySlot, keyChange?: string) => {
    const dataKey = await openRecoverySlot(clinicId, slot, recoveryKey);
    if (!pending?.mark || isKey(dataKey)) return { slot, dataKey, keyChange };
    dataKey.fill(0);
    throw wrongRecoveryKey();
  };
  if (!pending || pending.recovery.salt === recovery.salt) return open(recovery);
  return open(pending.recovery, keyChangeOf(file)).catch(() => open(recovery));
}

const keyChangeOf = ({ pending }: ClinicFile) => (pending?.mark ? pending.change : undefined);

async function tryUserSlot(
  clinicId: string,
  slot: UserSlot,
  passphrase: string,
): Promise<OpenedSlot | undefined> {
  try {
    return await openSlot(clinicId, slot, passphrase);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'wrong-passphrase') return undefined;
    throw error;
  }
}

/** Whether the folder was just restored, which is entered. */
function enterRestored(folder: string, { audit }: ClinicStore): boolean {
  let isRestored = false;
  tellRestored(folder, (backupId) => {
    audit.append({ userId: null, action: 'backup.restore', subject: `backup:${backupId}` });
    isRestored = true;
  });
  return isRestored;
}

function audit(log: AuditRepository, user: User, action: string): void {
  log.append({ userId: user.id, action, subject: `user:${user.id}` });
}

/** Makes a whole database with one user at `file`, and closes it. */
function buildDatabase(
  file: string,
  { clinicId, dataKey }: { readonly clinicId: string; readonly dataKey: Buffer },
  userName: string,
  keys: UserKeys,
  { audited, clock = systemClock }: StoreOptions,
) {
  const connection = Connection.create(file, dataKey);
  try {
    migrate(connection, loadMigrations(), clock);
    keepErasedListKey(connection, dataKey, clinicId);
    const users = new UserRepository(connection, clock);
    const log = new AuditRepository(connection, clock);
    const first = users.prepare(userName, 'administrator');
    const notes = connection.transaction(() => {
      users.insert(first);
      new UserKeyRepository(connection, clock).add(first.id, keys.public);
      log.admit(first.id, keys);
      const action = audited ?? 'clinic.create';
      vouchForNew(connection, log, { userId: first.id, action, subject: `user:${first.id}` });
      return beginNotes(connection);
    });
    return { user: first, notes };
  } finally {
    connection.close();
  }
}

/** Opens a database that was just made, which writes clinic.json, or takes it away again. */
function openNew(opening: Opening): ClinicStore {
  try {
    return openStore(opening).store;
  } catch (error) {
    for (const file of [databasePath(opening.folder), markPath(opening.folder)])
      rmSync(file, { force: true });
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

async function closingOnFailure<T>(store: ClinicStore, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    store.close();
    throw error;
  }
}

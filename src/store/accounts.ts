import { v7 as newId } from 'uuid';
import type { Role, User } from '../clinic/entities/index.ts';
import {
  type Keys,
  type NewClinicFile,
  readClinicFile,
  withoutUser,
  withUserSlot,
  writeClinicFile,
} from './clinic-file.ts';
import { noteSlotChange } from './clinic-state.ts';
import { StoreError } from './errors.ts';
import {
  newPassphraseKey,
  openSlot,
  openUserSlot,
  type PassphraseKey,
  type RecoverySlot,
  sealRecoverySlot,
  sealUserSlot,
  type UserSlot,
  wrongPassphrase,
} from './key-slots.ts';
import { keyFileOf, type OpenClinic } from './open-clinic.ts';
import { assertStrong } from './passphrase.ts';
import { newRecoveryKey } from './recovery-key.ts';
import { UserKeyRepository } from './repositories/user-keys.ts';
import { UserRepository } from './repositories/users.ts';
import { sealSeen } from './seen.ts';
import { newUserSecret, UserKeys } from './user-keys.ts';

/** What belongs to a change, such as its audit entry, written in the same transaction. */
type Alongside = (user: User, keys: UserKeys) => void;

/** A slot that is not anywhere yet, and the keys in it. */
interface FreshSlot {
  readonly slot: UserSlot;
  readonly keys: UserKeys;
}

/**
 * Who may open the clinic: its users' records in the database and their slots in clinic.json, which
 * change together or not at all, and the recovery key.
 */
export class Accounts {
  readonly #clinic: OpenClinic;
  readonly #users: UserRepository;
  readonly #keys: UserKeyRepository;

  constructor(clinic: OpenClinic) {
    this.#clinic = clinic;
    this.#users = new UserRepository(clinic.connection, clinic.clock);
    this.#keys = new UserKeyRepository(clinic.connection, clinic.clock);
  }

  /** The disabled ones as well. */
  list(): User[] {
    return this.#users.list();
  }

  /** Throws `not-found`. */
  get(userId: string): User {
    return this.#users.get(userId);
  }

  /** False for a slot that was replaced, or never came to be. */
  hasSlot({ salt }: UserSlot): boolean {
    return this.#clinicFile().users.some((slot) => slot.salt === salt);
  }

  /** Those who need a new passphrase from an administrator before they can unlock again. */
  shutOut(): User[] {
    const { users } = this.#clinicFile();
    const hasSlot = ({ id }: User) => users.some(({ userId }) => userId === id);
    return this.list().filter((user) => user.disabledAt === null && !hasSlot(user));
  }

  hasRecoverySlot({ salt }: RecoverySlot): boolean {
    return this.#clinicFile().recovery.salt === salt;
  }

  /** Throws `duplicate-user` and `weak-passphrase`. */
  async add(
    added: { name: string; role: Role; passphrase: string },
    alongside: Alongside = () => {},
  ): Promise<User> {
    const user = this.#users.prepare(added.name, added.role);
    this.#users.assertFree(user.name);
    await this.#assertStrong(user, added.passphrase);
    const { slot, keys } = await this.#newSlot(user, added.passphrase);
    this.#change(
      (file) => withUserSlot(file, slot),
      () => {
        this.#users.insert(user);
        this.#keys.add(user.id, keys.public);
        alongside(user, keys);
      },
    );
    return user;
  }

  /**
   * Gives a user a new passphrase; the former one no longer opens the clinic. A disabled user is let
   * in again by it. Throws `weak-passphrase`.
   */
  async setPassphrase(user: User, passphrase: string, alongside: Alongside = () => {}) {
    await this.#assertStrong(user, passphrase);
    await this.#replaceSlot(user, passphrase, (keys) => {
      this.#users.setDisabled(user.id, false);
      alongside(user, keys);
    });
  }

  /** Gives a user who has no keys of their own such, under the passphrase that they have. */
  async giveKeys(user: User, passphrase: string): Promise<void> {
    const { audit } = this.#clinic;
    await this.#replaceSlot(user, passphrase, (keys) => {
      audit.admit(user.id, keys);
      audit.append({ userId: user.id, action: 'user.key', subject: `user:${user.id}` });
    });
  }

  /** `file` with how far the users who have the clinic unlocked saw the audit log. */
  seen(file: NewClinicFile): NewClinicFile {
    const { audit } = this.#clinic;
    const head = audit.head();
    const users = file.users.map((slot) => {
      const keys = audit.signer(slot.userId);
      if (!keys || keys.public.id !== slot.own?.keyId) return slot;
      return { ...slot, seen: sealSeen(file.clinicId, slot.userId, keys, head) };
    });
    return { ...file, users };
  }

  /** Writes that down: how far those who have the clinic unlocked saw the log. */
  noteSeen(): void {
    ifPossible(() => writeClinicFile(this.#clinic.folder, this.seen(this.#clinicFile())));
  }

  /** That a user is no longer there: how far they saw the log is written down, and their key let go. */
  leave(userId: string): void {
    this.noteSeen();
    this.#clinic.audit.dismiss(userId);
  }

  /** Whether the audit log is still what the user last saw. */
  hasAllSeen(userId: string): boolean {
    const seen = this.#clinicFile().users.find((slot) => slot.userId === userId)?.seen;
    if (!seen || seen.seq === 0) return true;
    const hash = this.#clinic.audit.hashOf(seen.seq);
    return hash !== undefined && Buffer.from(seen.hash, 'base64').equals(hash);
  }

  /** Throws `wrong-passphrase` unless it is this user's. */
  async assertPassphrase(user: User, passphrase: string): Promise<void> {
    const { clinicId, users } = this.#clinicFile();
    const slot = users.find(({ userId }) => userId === user.id);
    if (!slot) throw wrongPassphrase();
    (await openUserSlot(clinicId, slot, passphrase)).fill(0);
    this.#assertOpen();
  }

  /** A user's keys, by their passphrase, whoever has the clinic unlocked. Throws `wrong-passphrase`. */
  async keysOf(user: User, passphrase: string): Promise<UserKeys> {
    const { clinicId, users } = this.#clinicFile();
    const slot = users.find(({ userId }) => userId === user.id);
    if (!slot) throw wrongPassphrase();
    const { dataKey, keys } = await openSlot(clinicId, slot, passphrase);
    dataKey.fill(0);
    this.#assertOpen();
    if (keys) return keys;
    let given: UserKeys | undefined;
    await this.#replaceSlot(user, passphrase, (fresh) => {
      given = fresh;
    });
    if (!given) throw wrongPassphrase();
    return given;
  }

  /** The user's passphrase stays. Throws `not-found` and `duplicate-user`. */
  rename(userId: string, name: string, tellRenamed: (user: User) => void = () => {}): User {
    const former = this.#users.get(userId);
    this.#users.assertFree(name, userId);
    let renamed = former;
    this.#change(
      (file) => ({
        ...file,
        users: file.users.map((slot) =>
          slot.userId === userId ? { ...slot, currentName: name } : slot,
        ),
      }),
      () => {
        renamed = this.#users.rename(userId, name);
        tellRenamed(renamed);
      },
    );
    return renamed;
  }

  /** Throws `not-found` and `last-administrator`. */
  setRole(userId: string, role: Role, tellChanged: (user: User) => void = () => {}): User {
    return this.#clinic.connection.transaction(() => {
      if (role !== 'administrator') this.#assertNotLast(this.#users.get(userId));
      const changed = this.#users.setRole(userId, role);
      tellChanged(changed);
      return changed;
    });
  }

  /** The user's passphrase no longer opens the clinic. Throws `not-found` and `last-administrator`. */
  disable(userId: string, tellDisabled: (user: User) => void = () => {}): User {
    let disabled = this.#users.get(userId);
    this.#assertNotLast(disabled);
    this.#change(
      (file) => withoutUser(file, userId),
      () => {
        disabled = this.#users.setDisabled(userId, true);
        tellDisabled(disabled);
      },
    );
    return disabled;
  }

  /** A recovery key in place of the former one, which no longer opens the clinic. */
  async renewRecoveryKey(alongside: () => void = () => {}): Promise<string> {
    const recoveryKey = newRecoveryKey();
    const { clinicId } = this.#clinicFile();
    const recovery = await sealRecoverySlot(clinicId, recoveryKey, this.#clinic.dataKey);
    this.#assertOpen();
    this.#change((file) => ({ ...file, recovery }), alongside);
    return recoveryKey;
  }

  #assertNotLast({ id, role, disabledAt }: User): void {
    if (role !== 'administrator' || disabledAt !== null) return;
    const others = this.#users
      .list()
      .some((user) => user.id !== id && user.role === role && user.disabledAt === null);
    if (others) return;
    throw new StoreError(
      'last-administrator',
      'This is the clinic’s last administrator. Make somebody else an administrator first.',
    );
  }

  async #assertStrong(user: User, passphrase: string): Promise<void> {
    await assertStrong(passphrase, [user.name, readClinicFile(this.#clinic.folder).clinicName]);
  }

  async #replaceSlot(user: User, passphrase: string, work: (keys: UserKeys) => void) {
    const { audit } = this.#clinic;
    const { slot, keys } = await this.#newSlot(user, passphrase);
    this.#change(
      (file) => withUserSlot(file, slot),
      () => {
        this.#keys.add(user.id, keys.public);
        work(keys);
      },
    );
    if (!audit.signer(user.id)) return;
    audit.admit(user.id, keys);
    this.noteSeen();
  }

  async #newSlot(user: User, passphrase: string): Promise<FreshSlot> {
    const key = await this.#passphraseKey(passphrase);
    const secret = newUserSecret();
    const slot = sealUserSlot(this.#clinicFile().clinicId, user, key, this.#clinic.dataKey, secret);
    const keys = new UserKeys(secret);
    secret.bytes.fill(0);
    return { slot, keys };
  }

  /**
   * Changes the keys in clinic.json together with the database, whole or not at all: announced there,
   * decided by the commit, then carried out there, or else when the clinic is next opened.
   */
  #change(keys: (file: NewClinicFile) => Keys, work: () => void): void {
    const { folder, connection } = this.#clinic;
    const before = this.#clinicFile();
    const { users, recovery } = keys(before);
    const change = newId();
    writeClinicFile(folder, { ...before, pending: { change, users, recovery } });
    try {
      connection.transaction(() => {
        work();
        noteSlotChange(connection, change);
      });
    } catch (error) {
      ifPossible(() => writeClinicFile(folder, before));
      throw error;
    }
    ifPossible(() => writeClinicFile(folder, { ...before, users, recovery }));
  }

  #clinicFile(): NewClinicFile {
    return keyFileOf(this.#clinic);
  }

  /** A key for a new slot. Throws when the clinic was closed while it was derived. */
  async #passphraseKey(passphrase: string): Promise<PassphraseKey> {
    const key = await newPassphraseKey(passphrase, this.#clinic.scryptCost);
    this.#assertOpen();
    return key;
  }

  #assertOpen(): void {
    if (this.#clinic.connection.isOpen) return;
    throw new StoreError(
      'not-found',
      'The clinic was locked in the meantime, so nothing was saved. Unlock it and try again.',
    );
  }
}

/** What is left undone is done when the clinic is next opened. */
function ifPossible(work: () => void): void {
  try {
    work();
  } catch {
    // The file is as it was.
  }
}

import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { ClinicCopy, User } from '../clinic/entities/index.ts';
import {
  type BackupPlace,
  type ClinicStore,
  type Clock,
  createClinic,
  findCopy,
  joinByRecovery,
  joinClinic,
  putBack,
  readClinicInfo,
  recoverClinic,
  setAsideFolder,
  shareOf,
  type UnlockedClinic,
  unlockClinic,
} from '../store/index.ts';
import { readBackupFolder } from './backup/folder.ts';
import { soon } from './backup/soon.ts';
import { type Clinics, nothingSaved } from './clinics.ts';
import type { SessionState, Surroundings } from './contract/index.ts';
import { StationError } from './errors.ts';
import { IdleLock } from './idle-lock.ts';

/** What was begun in an unlocked clinic: a lock ends it, whoever unlocks next. */
export interface Work<By extends string | null = string> {
  readonly store: ClinicStore;
  /** Who does it; null where the program does by itself. */
  readonly userId: By;
  readonly untilLocked: AbortSignal;
  /** Throws `locked` once the session in which it was begun was locked. */
  assertOpen(): void;
}

export function workUntil<By extends string | null>(
  untilLocked: AbortSignal,
  store: ClinicStore,
  userId: By,
): Work<By> {
  return {
    ...{ store, userId, untilLocked },
    assertOpen: () => {
      if (untilLocked.aborted) throw nothingSaved();
    },
  };
}

/**
 * Who is at one screen: nobody, or the user who unlocked the clinic there. Each screen unlocks for itself,
 * and its lock is not another's.
 */
export class Session {
  /** Locks this screen when nobody has been at it for a while. */
  readonly idleLock = new IdleLock(() => this.lock());
  readonly #clinics: Clinics;
  #userId: string | undefined;
  #locking = new AbortController();
  /** Counts locks: what began before one must not unlock after it. */
  #turn = 0;

  constructor(clinics: Clinics) {
    this.#clinics = clinics;
    clinics.add(this);
  }

  state(): SessionState {
    const info = this.#clinics.info();
    if (!info) return { state: 'no-clinic' };
    const { clinicName, demo, userNames } = info;
    return this.isUnlocked
      ? { state: 'unlocked', clinicName, demo, user: this.user }
      : { state: 'locked', clinicName, demo, userNames };
  }

  surroundings(): Surroundings {
    const folder = this.#clinics.dataFolder;
    const kind = shareOf(folder);
    const store = this.isUnlocked ? this.store : undefined;
    const recordedAt = store?.clockBehind();
    return {
      share: kind ? { kind, folder } : null,
      clockBehind: store && recordedAt ? { now: store.now().toISOString(), recordedAt } : null,
    };
  }

  get isUnlocked(): boolean {
    return this.#userId !== undefined;
  }

  /** The demo clinic is open, or is being made, on this screen or another. */
  get isDemo(): boolean {
    return this.#clinics.isDemo;
  }

  /** Of who unlocked it. */
  get userId(): string | undefined {
    return this.#userId;
  }

  /** The open store. Throws `locked`. */
  get store(): ClinicStore {
    this.#assertUnlocked();
    return this.#clinics.store;
  }

  /** Who unlocked it, as they are called now. Throws `locked`. */
  get user(): User {
    return this.store.accounts.get(this.#assertUnlocked());
  }

  /** For what takes its time. Throws `locked`. */
  begin(): Work {
    return workUntil(this.#locking.signal, this.store, this.#assertUnlocked());
  }

  async create(clinicName: string, userName: string, passphrase: string): Promise<string> {
    const clinic = { clinicName, demo: false, userName, passphrase, audited: 'clinic.create' };
    let recoveryKey = '';
    const create = async (folder: string) => {
      const created = await createClinic(folder, clinic);
      recoveryKey = created.recoveryKey;
      return created;
    };
    await this.#enter(this.#clinics.ownFolder, create, openAlready);
    return recoveryKey;
  }

  async unlock(userName: string, passphrase: string): Promise<void> {
    const { dataFolder, folder, ownFolder } = this.#clinics;
    const backupFolder = folder === ownFolder ? readBackupFolder(dataFolder) : null;
    const backups = backupFolder === null ? undefined : { folder: backupFolder, soon };
    await this.#unlock(folder, { userName, passphrase, audited: 'session.unlock', backups });
  }

  async recover(recoveryKey: string, userName: string, newPassphrase: string): Promise<void> {
    const given = { recoveryKey, userName, newPassphrase, audited: 'session.recover' };
    await this.#enter(
      this.#clinics.folder,
      (folder) => recoverClinic(folder, given),
      (folder, store) => joinByRecovery(folder, store, given),
    );
  }

  /**
   * Sets a copy of the clinic aside, which stays in use. Null where there is only the demo clinic, which
   * is drawn anew when it is lost.
   */
  async setAside(program: string, onProgress: (share: number) => void): Promise<ClinicCopy | null> {
    const { store, userId } = this.begin();
    const { dataFolder, ownFolder } = this.#clinics;
    if (this.isDemo) {
      if (!readClinicInfo(ownFolder)) return null;
      throw new StationError(
        'not-allowed',
        'The demo clinic is open, and there is a clinic of your own, which has to be copied first. Leave the demo clinic, and unlock your own.',
      );
    }
    return this.#clinics.copying(() => {
      store.audit.append({ userId, action: 'clinic.set-aside', subject: 'for:update' });
      return store.setAside(setAsideFolder(dataFolder), program, onProgress);
    });
  }

  /**
   * Locks the clinic on all screens and has a copy that was set aside take its place. Throws
   * `not-found`, and `database-newer` for a copy that this program could not open.
   */
  putBack(copyId: string, program: string): void {
    const { store, userId } = this.begin();
    const { dataFolder, ownFolder } = this.#clinics;
    if (this.isDemo)
      throw new StationError(
        'not-allowed',
        'The demo clinic has no copies. Leave it, and unlock your own clinic.',
      );
    const { databaseVersion: database } = store;
    if (findCopy(dataFolder, copyId).database > database)
      throw new StationError(
        'database-newer',
        'A newer Dermaspike made this copy, and this one could not open it. Nothing was changed.',
      );
    store.audit.append({ userId, action: 'clinic.put-back', subject: `copy:${copyId}` });
    this.#clinics.lockAll();
    putBack(dataFolder, ownFolder, copyId, { program, database });
  }

  get hasDemo(): boolean {
    return existsSync(this.#clinics.demoFolder);
  }

  /**
   * Makes the demo clinic aside, by a clock of its own, has it filled, and moves it into place whole.
   * Leaves it locked.
   */
  async makeDemo(
    userName: string,
    passphrase: string,
    clock: Clock,
    fill: (work: Work) => Promise<void>,
  ): Promise<void> {
    const { demoFolder } = this.#clinics;
    const aside = `${demoFolder}.new`;
    const clinic = { clinicName: 'Demo clinic', demo: true, userName, passphrase, clock };
    try {
      const create = async (folder: string) => {
        await rm(folder, { recursive: true, force: true });
        return createClinic(folder, clinic);
      };
      await this.#enter(aside, create, openAlready);
      const work = this.begin();
      await fill(work);
      work.assertOpen();
      this.#clinics.lockAll();
      await rename(aside, demoFolder);
    } finally {
      if (this.#clinics.folder === aside) {
        this.#clinics.lockAll();
        this.#clinics.leaveDemo();
      }
    }
  }

  async openDemo(userName: string, passphrase: string): Promise<void> {
    await this.#unlock(this.#clinics.demoFolder, { userName, passphrase });
  }

  /** Throws `not-allowed` while another screen has the demo clinic open. */
  leaveDemo(): void {
    this.lock();
    this.#clinics.leaveDemo();
  }

  lock(): void {
    this.#turn += 1;
    const userId = this.#userId;
    if (userId === undefined) return;
    this.#userId = undefined;
    this.idleLock.stop();
    this.#locking.abort();
    this.#clinics.left(userId);
  }

  #unlock(
    folder: string,
    given: {
      userName: string;
      passphrase: string;
      audited?: string;
      backups?: BackupPlace | undefined;
    },
  ): Promise<void> {
    return this.#enter(
      folder,
      (where) => unlockClinic(where, given),
      (where, store) => joinClinic(where, store, given),
    );
  }

  /** Comes into a clinic, unless this screen is locked while the key is derived. */
  #enter(
    folder: string,
    open: (folder: string) => Promise<UnlockedClinic>,
    join: (folder: string, store: ClinicStore) => Promise<User>,
  ): Promise<void> {
    this.lock();
    const turn = this.#turn;
    return this.#clinics.enter(folder, {
      open,
      join,
      admit: ({ id }) => {
        if (turn !== this.#turn) return false;
        this.#userId = id;
        this.#locking = new AbortController();
        return true;
      },
    });
  }

  #assertUnlocked(): string {
    if (this.#userId !== undefined) return this.#userId;
    throw new StationError('locked', 'The clinic is locked. Unlock it and try again.');
  }
}

/** Of what only the first screen can do. */
async function openAlready(): Promise<never> {
  throw new StationError(
    'clinic-exists',
    'There is this clinic already: another screen has it open. Unlock it here as well.',
  );
}

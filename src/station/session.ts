import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ClinicCopy, User } from '../clinic/entities/index.ts';
import {
  type ClinicStore,
  type Clock,
  createClinic,
  findCopy,
  finishPuttingBack,
  putBack,
  readClinicInfo,
  recoverClinic,
  setAsideFolder,
  shareOf,
  unlockClinic,
} from '../store/index.ts';
import type { SessionState, Surroundings } from './contract/index.ts';
import { StationError } from './errors.ts';

interface Unlocked {
  readonly store: ClinicStore;
  readonly user: User;
}

/**
 * Which clinic is open in this station, and for whom. There is one session, shared by all of the
 * station's connections: locking on one screen locks every screen. The data folder holds the
 * clinic's own database in `clinic/` and the demo clinic's in `demo/`.
 */
export class Session {
  readonly #dataFolder: string;
  readonly #demoFolder: string;
  readonly #ownFolder: string;
  #folder: string;
  #unlocked: Unlocked | undefined;
  #tellDemo: (isOpen: boolean) => void = () => {};
  #locking = new AbortController();
  /** Counts locks: what began before one must not unlock after it. */
  #turn = 0;
  #isCopying = false;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
    this.#ownFolder = path.join(dataFolder, 'clinic');
    this.#demoFolder = path.join(dataFolder, 'demo');
    this.#folder = this.#ownFolder;
  }

  state(): SessionState {
    finishPuttingBack(this.#dataFolder, this.#ownFolder);
    const info = readClinicInfo(this.#folder);
    if (!info) return { state: 'no-clinic' };
    const { clinicName, demo, userNames } = info;
    return this.#unlocked
      ? { state: 'unlocked', clinicName, demo, user: this.user }
      : { state: 'locked', clinicName, demo, userNames };
  }

  surroundings(): Surroundings {
    const kind = shareOf(this.#dataFolder);
    const store = this.#unlocked?.store;
    const recordedAt = store?.clockBehind();
    return {
      share: kind ? { kind, folder: this.#dataFolder } : null,
      clockBehind: store && recordedAt ? { now: store.now().toISOString(), recordedAt } : null,
    };
  }

  get isUnlocked(): boolean {
    return this.#unlocked !== undefined;
  }

  /** The demo clinic is open, or is being made. */
  get isDemo(): boolean {
    return this.isUnlocked && this.#folder !== this.#ownFolder;
  }

  /** Aborted when the open clinic is locked. Throws `locked`. */
  get untilLocked(): AbortSignal {
    this.#open();
    return this.#locking.signal;
  }

  /** Has `listener` told when the demo clinic is opened, and before anything else that it is no longer. */
  onDemo(listener: (isOpen: boolean) => void): void {
    this.#tellDemo = listener;
  }

  /** The open store. Throws `locked`. */
  get store(): ClinicStore {
    return this.#open().store;
  }

  /** Who unlocked it, as they are called now. Throws `locked`. */
  get user(): User {
    const { store, user } = this.#open();
    return store.accounts.get(user.id);
  }

  /** Throws `locked` unless `store` is still the open one: work that began before a lock ends here. */
  assertOpen(store: ClinicStore): void {
    if (this.#unlocked?.store !== store)
      throw new StationError('locked', 'The clinic was locked in the meantime; nothing was saved.');
  }

  async create(clinicName: string, userName: string, passphrase: string): Promise<string> {
    const clinic = { clinicName, demo: false, userName, passphrase, audited: 'clinic.create' };
    const { recoveryKey } = await this.#enter(this.#ownFolder, (folder) =>
      createClinic(folder, clinic),
    );
    return recoveryKey;
  }

  async unlock(userName: string, passphrase: string): Promise<void> {
    const given = { userName, passphrase, audited: 'session.unlock' };
    await this.#enter(this.#folder, (folder) => unlockClinic(folder, given));
  }

  async recover(recoveryKey: string, userName: string, newPassphrase: string): Promise<void> {
    const given = { recoveryKey, userName, newPassphrase, audited: 'session.recover' };
    await this.#enter(this.#folder, (folder) => recoverClinic(folder, given));
  }

  /**
   * Sets a copy of the clinic aside, which stays in use. Null where there is only the demo clinic, which
   * is drawn anew when it is lost.
   */
  async setAside(program: string, onProgress: (share: number) => void): Promise<ClinicCopy | null> {
    const { store, user } = this.#open();
    if (this.isDemo) {
      if (!readClinicInfo(this.#ownFolder)) return null;
      throw new StationError(
        'not-allowed',
        'The demo clinic is open, and there is a clinic of your own, which has to be copied first. Leave the demo clinic, and unlock your own.',
      );
    }
    if (this.#isCopying)
      throw new StationError('not-allowed', 'A copy is being made already. Wait until it is done.');
    this.#isCopying = true;
    try {
      store.audit.append({ userId: user.id, action: 'clinic.set-aside', subject: 'for:update' });
      return await store.setAside(setAsideFolder(this.#dataFolder), program, onProgress);
    } finally {
      this.#isCopying = false;
    }
  }

  /**
   * Locks the clinic and has a copy that was set aside take its place. Throws `not-found`, and
   * `database-newer` for a copy that this program could not open.
   */
  putBack(copyId: string, program: string): void {
    const { store, user } = this.#open();
    if (this.isDemo)
      throw new StationError(
        'not-allowed',
        'The demo clinic has no copies. Leave it, and unlock your own clinic.',
      );
    const { databaseVersion: database } = store;
    if (findCopy(this.#dataFolder, copyId).database > database)
      throw new StationError(
        'database-newer',
        'A newer Dermaspike made this copy, and this one could not open it. Nothing was changed.',
      );
    store.audit.append({ userId: user.id, action: 'clinic.put-back', subject: `copy:${copyId}` });
    this.lock();
    putBack(this.#dataFolder, this.#ownFolder, copyId, { program, database });
  }

  get hasDemo(): boolean {
    return existsSync(this.#demoFolder);
  }

  /**
   * Makes the demo clinic aside, by a clock of its own, has it filled, and moves it into place whole.
   * Leaves it locked.
   */
  async makeDemo(
    userName: string,
    passphrase: string,
    clock: Clock,
    fill: () => Promise<void>,
  ): Promise<void> {
    const aside = `${this.#demoFolder}.new`;
    const clinic = { clinicName: 'Demo clinic', demo: true, userName, passphrase, clock };
    try {
      const { store } = await this.#enter(aside, async (folder) => {
        await rm(folder, { recursive: true, force: true });
        return createClinic(folder, clinic);
      });
      await fill();
      this.assertOpen(store);
      this.lock();
      await rename(aside, this.#demoFolder);
    } finally {
      if (this.#folder === aside) this.leaveDemo();
    }
  }

  async openDemo(userName: string, passphrase: string): Promise<void> {
    await this.#enter(this.#demoFolder, (folder) => unlockClinic(folder, { userName, passphrase }));
  }

  leaveDemo(): void {
    this.lock();
    this.#folder = this.#ownFolder;
  }

  lock(): void {
    this.#turn += 1;
    if (this.isDemo) this.#tellDemo(false);
    this.#unlocked?.store.close();
    this.#unlocked = undefined;
    this.#locking.abort();
  }

  /** Opens a clinic, unless the session was locked or went elsewhere while its key was derived. */
  async #enter<T extends Unlocked>(
    folder: string,
    open: (folder: string) => Promise<T>,
  ): Promise<T> {
    this.lock();
    this.#folder = folder;
    const turn = this.#turn;
    const opened = await open(folder);
    if (turn !== this.#turn) {
      opened.store.close();
      throw new StationError('locked', 'The clinic was locked in the meantime. Unlock it again.');
    }
    this.#unlocked = opened;
    this.#locking = new AbortController();
    if (this.isDemo) this.#tellDemo(true);
    return opened;
  }

  #open(): Unlocked {
    if (this.#unlocked) return this.#unlocked;
    throw new StationError('locked', 'The clinic is locked. Unlock it and try again.');
  }
}

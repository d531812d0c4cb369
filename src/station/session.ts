import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { User } from '../clinic/entities.ts';
import {
  type ClinicStore,
  createClinic,
  readClinicInfo,
  recoverClinic,
  unlockClinic,
} from '../store/index.ts';
import type { SessionState } from './contract.ts';
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
  readonly #demoFolder: string;
  readonly #ownFolder: string;
  #folder: string;
  #unlocked: Unlocked | undefined;

  constructor(dataFolder: string) {
    this.#ownFolder = path.join(dataFolder, 'clinic');
    this.#demoFolder = path.join(dataFolder, 'demo');
    this.#folder = this.#ownFolder;
  }

  state(): SessionState {
    const info = readClinicInfo(this.#folder);
    if (!info) return { state: 'no-clinic' };
    const { clinicName, demo, userNames } = info;
    return this.#unlocked
      ? { state: 'unlocked', clinicName, demo, user: this.#unlocked.user }
      : { state: 'locked', clinicName, demo, userNames };
  }

  /** The open store. Throws `locked`. */
  get store(): ClinicStore {
    return this.#open().store;
  }

  /** Who unlocked it. Throws `locked`. */
  get user(): User {
    return this.#open().user;
  }

  /** Throws `locked` unless `store` is still the open one: work that began before a lock ends here. */
  assertOpen(store: ClinicStore): void {
    if (this.#unlocked?.store !== store)
      throw new StationError('locked', 'The clinic was locked in the meantime; nothing was saved.');
  }

  async create(clinicName: string, userName: string, passphrase: string): Promise<string> {
    this.lock();
    this.#folder = this.#ownFolder;
    const clinic = { clinicName, demo: false, userName, passphrase };
    const { store, user, recoveryKey } = await createClinic(this.#folder, clinic);
    this.#unlocked = { store, user };
    return recoveryKey;
  }

  async unlock(userName: string, passphrase: string): Promise<void> {
    this.lock();
    this.#unlocked = await unlockClinic(this.#folder, { userName, passphrase });
  }

  async recover(recoveryKey: string, userName: string, newPassphrase: string): Promise<void> {
    this.lock();
    this.#unlocked = await recoverClinic(this.#folder, { recoveryKey, userName, newPassphrase });
  }

  get hasDemo(): boolean {
    return existsSync(this.#demoFolder);
  }

  /** Makes the demo clinic aside, has it filled, and moves it into place whole. Leaves it locked. */
  async makeDemo(userName: string, passphrase: string, fill: () => Promise<void>): Promise<void> {
    this.lock();
    const aside = `${this.#demoFolder}.new`;
    await rm(aside, { recursive: true, force: true });
    this.#folder = aside;
    try {
      const clinic = { clinicName: 'Demo clinic', demo: true, userName, passphrase };
      this.#unlocked = await createClinic(aside, clinic);
      await fill();
      this.lock();
      await rename(aside, this.#demoFolder);
    } finally {
      this.leaveDemo();
    }
  }

  async openDemo(userName: string, passphrase: string): Promise<void> {
    this.lock();
    this.#folder = this.#demoFolder;
    await this.unlock(userName, passphrase);
  }

  leaveDemo(): void {
    this.lock();
    this.#folder = this.#ownFolder;
  }

  lock(): void {
    this.#unlocked?.store.close();
    this.#unlocked = undefined;
  }

  #open(): Unlocked {
    if (this.#unlocked) return this.#unlocked;
    throw new StationError('locked', 'The clinic is locked. Unlock it and try again.');
  }
}

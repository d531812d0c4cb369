import path from 'node:path';
import type { User } from '../clinic/entities/index.ts';
import {
  type ClinicInfo,
  type ClinicStore,
  finishPuttingBack,
  readClinicInfo,
  type UnlockedClinic,
} from '../store/index.ts';
import { StationError } from './errors.ts';
import type { IdleLock } from './idle-lock.ts';

/** Who may be in a clinic: the session of a screen. */
interface Member {
  readonly isUnlocked: boolean;
  /** Of who unlocked it. */
  readonly userId: string | undefined;
  readonly idleLock: IdleLock;
  lock(): void;
}

/** How a session comes into a clinic. */
interface Entry {
  /** Where nobody has it open. */
  readonly open: (folder: string) => Promise<UnlockedClinic>;
  /** Where it is open on another screen. */
  readonly join: (folder: string, store: ClinicStore) => Promise<User>;
  /** Lets the user in, or is false where the screen was locked while a key was derived. */
  readonly admit: (user: User) => boolean;
}

/**
 * The clinics in the data folder: its own in `clinic/`, the demo clinic in `demo/`. One of them at most
 * is open, from when the first screen unlocks it until the last one is locked.
 */
export class Clinics {
  readonly dataFolder: string;
  readonly ownFolder: string;
  readonly demoFolder: string;
  #folder: string;
  #store: ClinicStore | undefined;
  #closing = new AbortController();
  /** One after the other: two could not open the same database. */
  #entering: Promise<unknown> = Promise.resolve();
  readonly #sessions = new Set<Member>();
  #isCopying = false;
  #hasHeldRecords = false;
  #tellDemo: (isOpen: boolean) => void = () => {};
  #tellLock: () => void = () => {};

  constructor(dataFolder: string) {
    this.dataFolder = dataFolder;
    this.ownFolder = path.join(dataFolder, 'clinic');
    this.demoFolder = path.join(dataFolder, 'demo');
    this.#folder = this.ownFolder;
  }

  /** From now on a screen's session counts. */
  add(session: Member): void {
    this.#sessions.add(session);
  }

  /** Locks the session of a screen that is gone for good. */
  end(session: Member): void {
    session.lock();
    this.#sessions.delete(session);
  }

  /** What can be said of the chosen clinic while it is locked; null when there is none. */
  info(): ClinicInfo | null {
    finishPuttingBack(this.dataFolder, this.ownFolder);
    return readClinicInfo(this.#folder);
  }

  /** A passphrase of the clinic's was typed, or it was open, so that memory may hold what of it. */
  get hasHeldRecords(): boolean {
    return this.#hasHeldRecords;
  }

  get isOpen(): boolean {
    return this.#store !== undefined;
  }

  /** The demo clinic is open, or is being made. */
  get isDemo(): boolean {
    return this.isOpen && this.#folder !== this.ownFolder;
  }

  /** The open store. Throws `locked`. */
  get store(): ClinicStore {
    if (this.#store) return this.#store;
    throw new StationError('locked', 'The clinic is locked. Unlock it and try again.');
  }

  /** Throws `locked` unless `store` is still the open one. */
  assertOpen(store: ClinicStore): void {
    if (this.#store !== store) throw nothingSaved();
  }

  /** Aborted when the clinic that is open is closed. */
  get untilClosed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Has `listener` told when the demo clinic is opened, and before anything else that it is no longer. */
  onDemo(listener: (isOpen: boolean) => void): void {
    this.#tellDemo = listener;
  }

  /** Has `listener` told when a screen is locked, in whatever way. */
  onLock(listener: () => void): void {
    this.#tellLock = listener;
  }

  /**
   * Opens the clinic in `folder`, or joins the screens that have it open. Those of another clinic are
   * not disturbed. Throws `locked`, `not-allowed`, and what `open` and `join` do.
   */
  enter(folder: string, entry: Entry): Promise<void> {
    const entered = this.#entering.then(() => this.#enter(folder, entry));
    this.#entering = entered.catch(() => {});
    return entered;
  }

  /** Has `work` done while no screen has a clinic open, nor opens one. Throws `not-allowed`. */
  whileClosed<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#entering.then(() => {
      if (this.isOpen) throw openElsewhere();
      return work();
    });
    this.#entering = done.catch(() => {});
    return done;
  }

  /** Goes back to the clinic's own folder. Throws `not-allowed` while the demo clinic is open. */
  leaveDemo(): void {
    if (this.isDemo) throw openElsewhere();
    this.#folder = this.ownFolder;
  }

  /** Of the clinic that is open, or that the start screens offer. */
  get folder(): string {
    return this.#folder;
  }

  /** Has one copy made at a time. Throws `not-allowed`. */
  async copying<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isCopying)
      throw new StationError('not-allowed', 'A copy is being made already. Wait until it is done.');
    this.#isCopying = true;
    try {
      return await work();
    } finally {
      this.#isCopying = false;
    }
  }

  /** A session of the user's was locked. */
  left(userId: string): void {
    this.#letGo(userId);
    this.#tellLock();
  }

  /** Locks all screens. */
  lockAll(): void {
    for (const session of this.#sessions) session.lock();
  }

  /** Locks the screens that a user has unlocked. */
  lockUser(userId: string): void {
    for (const session of this.#sessions) if (session.userId === userId) session.lock();
  }

  /** Has every open screen wait as long as the clinic's settings say now. */
  awaitIdle(lockAfterMs: number | null): void {
    for (const { isUnlocked, idleLock } of this.#sessions)
      if (isUnlocked) idleLock.active(lockAfterMs);
  }

  /** Closes the clinic when nobody has it open, and lets the user's keys go who is at no screen any longer. */
  #letGo(userId: string): void {
    const present = [...this.#sessions].filter(({ isUnlocked }) => isUnlocked);
    if (present.length > 0) {
      if (!present.some((session) => session.userId === userId))
        this.#store?.accounts.leave(userId);
      return;
    }
    if (this.isDemo) this.#tellDemo(false);
    this.#store?.close();
    this.#store = undefined;
    this.#closing.abort();
  }

  async #enter(folder: string, entry: Entry): Promise<void> {
    if (folder === this.ownFolder) this.#hasHeldRecords = true;
    const joined = this.#store;
    if (joined) {
      if (folder !== this.#folder) throw openElsewhere();
      const user = await entry.join(folder, joined).catch((error: unknown) => {
        throw this.#store === joined ? error : lockedMeanwhile();
      });
      if (this.#store === joined && entry.admit(user)) return;
      this.#letGo(user.id);
      throw lockedMeanwhile();
    }
    this.#folder = folder;
    const { store, user } = await entry.open(folder);
    this.#folder = folder;
    this.#store = store;
    if (!entry.admit(user)) {
      this.#letGo(user.id);
      throw lockedMeanwhile();
    }
    this.#closing = new AbortController();
    if (this.isDemo) this.#tellDemo(true);
  }
}

function openElsewhere(): StationError {
  return new StationError(
    'not-allowed',
    'A clinic is open on another screen. Lock it there first.',
  );
}

/** Of what was begun in a clinic that is locked by now. */
export function nothingSaved(): StationError {
  return new StationError('locked', 'The clinic was locked in the meantime; nothing was saved.');
}

function lockedMeanwhile(): StationError {
  return new StationError('locked', 'The clinic was locked in the meantime. Unlock it again.');
}

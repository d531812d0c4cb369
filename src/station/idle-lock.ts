import { Broadcast } from './changes.ts';

/** Told before the lock; less where the whole wait is shorter. */
const warningMs = 30_000;

/** Locks an unlocked clinic when nobody has been at any of its screens for a while. */
export class IdleLock {
  /** How soon it will lock; null when it will not after all. */
  readonly warnings = new Broadcast<{ readonly locksInMs: number | null }>();
  readonly #lock: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** By the clock on the wall, which goes on while the computer sleeps; timers do not. */
  #deadline = Number.POSITIVE_INFINITY;
  #isWarned = false;

  constructor(lock: () => void) {
    this.#lock = lock;
  }

  /** Somebody is there: the wait begins anew, unless it is over already. Null: no wait. */
  active(lockAfterMs: number | null): void {
    const isOver = Date.now() > this.#deadline;
    this.stop();
    if (isOver) {
      this.#lock();
      return;
    }
    if (lockAfterMs === null) return;
    this.#deadline = Date.now() + lockAfterMs;
    const lead = Math.min(warningMs, lockAfterMs / 2);
    this.#wait(lockAfterMs - lead, () => {
      this.#isWarned = true;
      this.warnings.emit({ locksInMs: lead });
      this.#wait(lead, this.#lock);
    });
  }

  /** Ends the wait, as when the clinic is locked. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#deadline = Number.POSITIVE_INFINITY;
    if (this.#isWarned) this.warnings.emit({ locksInMs: null });
    this.#isWarned = false;
  }

  #wait(ms: number, then: () => void): void {
    this.#timer = setTimeout(then, ms);
  }
}

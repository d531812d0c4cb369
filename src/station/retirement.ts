import type { Clinics } from './clinics.ts';

/** So long nothing must have been asked: what comes right after a lock is answered yet. */
const quietMs = 50;

/**
 * Ends the station once the last screen is locked: passphrases and records stay in a program's memory when it has
 * dropped them, and go with it alone. Not while a call is being answered, which may unlock the clinic again.
 */
export class Retirement {
  readonly #clinics: Clinics;
  readonly #retire: () => void;
  #answering = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(clinics: Clinics, retire: () => void) {
    this.#clinics = clinics;
    this.#retire = retire;
  }

  /** A call is begun; what is returned is to be called when it was answered. */
  begin(): () => void {
    this.#answering += 1;
    return () => {
      this.#answering -= 1;
      this.look();
    };
  }

  /** Looks whether it is time, in a moment. */
  look(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#isTime() && this.#retire(), quietMs);
    this.#timer.unref();
  }

  #isTime(): boolean {
    const { hasHeldRecords, isOpen } = this.#clinics;
    return hasHeldRecords && !isOpen && this.#answering === 0;
  }
}

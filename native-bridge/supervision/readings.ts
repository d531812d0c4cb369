import type { Answered, Shadow } from './shadow.ts';

/**
 * The images of one reading while they are here. Of those that a device without a record has
 * answered one is compared, whichever it is, when the last of them is over: none of its readings
 * goes out without.
 */
export class Reading {
  readonly #answered = new Map<Shadow, Answered[]>();
  #open = 0;

  /** An image of it is given to the bridge. */
  begin(): void {
    this.#open++;
  }

  /** An image of it is answered, or never will be. @returns whether it was the last. */
  end(): boolean {
    this.#open--;
    if (this.#open > 0) return false;
    for (const [shadow, answered] of this.#answered) shadow.compareOneOf(answered);
    return true;
  }

  answeredBy(shadow: Shadow, answered: Answered): void {
    if (shadow.hasRecord) return;
    const others = this.#answered.get(shadow);
    if (others) others.push(answered);
    else this.#answered.set(shadow, [answered]);
  }
}

/** The readings that are under way, by what their images name. */
export class Readings {
  readonly #byName = new Map<string, Reading>();

  /** @param name absent: the image is a reading by itself. */
  begin(name: string | undefined): { reading: Reading; end: () => void } {
    const reading = (name === undefined ? undefined : this.#byName.get(name)) ?? new Reading();
    if (name !== undefined) this.#byName.set(name, reading);
    reading.begin();
    return {
      reading,
      end: () => {
        if (reading.end() && name !== undefined) this.#byName.delete(name);
      },
    };
  }
}

import type { Answered, Shadow } from './shadow.ts';
import type { Tally } from './tally.ts';

/** What has answered an image. */
export interface Reader {
  readonly isDevice: boolean;
  readonly tally: Tally;
}

/**
 * The images of one reading, such as the views of a picture, while they are here. When the last of
 * them is over:
 * - of those that a device without a record has answered one is compared, whichever it is: none of
 *   its readings goes out without;
 * - it counts as one picture that was read, by the device if one took part.
 */
export class Reading {
  readonly #answered = new Map<Shadow, Answered[]>();
  #open = 0;
  #images = 0;
  #durationMs = 0;
  #reader: Reader | undefined;
  #isWhole = true;

  /** An image of it is given to the bridge. */
  begin(): void {
    this.#open++;
    this.#images++;
  }

  /** An image of it is answered, or never will be. @returns whether it was the last. */
  end(isAnswered: boolean): boolean {
    this.#isWhole &&= isAnswered;
    this.#open--;
    if (this.#open > 0) return false;
    for (const [shadow, answered] of this.#answered) shadow.compareOneOf(answered);
    if (this.#isWhole) this.#reader?.tally.add(this.#durationMs, this.#images);
    return true;
  }

  answeredBy(reader: Reader, durationMs: number): void {
    this.#durationMs += durationMs;
    if (!this.#reader || (reader.isDevice && !this.#reader.isDevice)) this.#reader = reader;
  }

  /** Until it has a record, each of the device's readings has an image that is compared. */
  toCompare(shadow: Shadow, answered: Answered): void {
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
  begin(name: string | undefined): { reading: Reading; end: (isAnswered: boolean) => void } {
    const reading = (name === undefined ? undefined : this.#byName.get(name)) ?? new Reading();
    if (name !== undefined) this.#byName.set(name, reading);
    reading.begin();
    return {
      reading,
      end: (isAnswered) => {
        if (reading.end(isAnswered) && name !== undefined) this.#byName.delete(name);
      },
    };
  }
}

import type { StationConnection } from '../station/connection.ts';
import { errorCode } from '../station/errors.ts';

/** After the last change; typing is not sent letter by letter. */
const pauseMs = 500;

interface Unkept {
  readonly content: unknown;
  readonly send: (station: StationConnection) => Promise<unknown>;
}

/**
 * What is typed and not saved, on its way into the clinic's encrypted drafts. What cannot be kept
 * just now, because the station is out of reach or the clinic locked, waits here until the same
 * person is back, out of sight.
 */
export class DraftKeeper {
  readonly #unkept = new Map<string, Unkept>();
  #station: StationConnection | undefined;
  #owner: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Keeps drafts through `station` until the returned function is called, as it is when the clinic
   * is locked. `owner` tells whose they are: those of somebody else, or of another clinic, are
   * forgotten.
   */
  attach(station: StationConnection, owner: string): () => void {
    if (owner !== this.#owner) this.#unkept.clear();
    this.#owner = owner;
    this.#station = station;
    this.flush();
    return () => {
      this.flush();
      this.#station = undefined;
    };
  }

  /** Has `content` kept soon, in place of what was there under this key. */
  put<T>(key: string, content: T, send: (station: StationConnection) => Promise<unknown>): void {
    this.#unkept.set(key, { content, send });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), pauseMs);
  }

  /** What was put and is not known to be kept; newer than what the station has. */
  unkept(key: string): unknown {
    return this.#unkept.get(key)?.content;
  }

  /** Has everything kept now. */
  readonly flush = (): void => {
    clearTimeout(this.#timer);
    const station = this.#station;
    if (!station) return;
    for (const [key, entry] of this.#unkept)
      entry.send(station).then(
        () => this.#settled(key, entry),
        (error: unknown) => {
          // Out of reach: it waits. Refused: it would be refused again.
          if (!['link-closed', 'locked'].includes(errorCode(error) ?? ''))
            this.#settled(key, entry);
        },
      );
  };

  #settled(key: string, entry: Unkept): void {
    if (this.#unkept.get(key) === entry) this.#unkept.delete(key);
  }
}

export const draftKeeper = new DraftKeeper();

import type { BridgeError, InferenceResult, Priority } from '../shared/contract.ts';
import { PriorityQueue } from '../shared/priority-queue.ts';

/** One image on its way through the bridge, as the station's side sees it. */
export interface Submission {
  readonly networkSha256: string;
  readonly image: Uint8Array;
  readonly priority: Priority;
  readonly reading: string | undefined;
  /** Tells the bridge that nobody waits any more. */
  readonly abort: AbortController;
  resolve(result: InferenceResult): void;
  reject(error: BridgeError): void;
}

/**
 * Decides which images are with the bridge.
 *
 * Archive work fills the window; the consulting room has as much again for itself, so it never
 * stands behind more than the images that are already running.
 *
 * When the bridge dies, every image that it held may be the one that killed it. They are the
 * *suspects*: each is submitted once more, alone, so that a second death convicts exactly one and
 * costs no other image its second chance.
 */
export class Submissions {
  readonly #window: number;
  readonly #waiting = new PriorityQueue<Submission>();
  readonly #suspects = new PriorityQueue<Submission>();
  readonly #inFlight = new Set<Submission>();
  #suspectInFlight: Submission | undefined;

  constructor(window: number) {
    this.#window = window;
  }

  add(submission: Submission): void {
    this.#waiting.push(submission);
  }

  /** The next image to send now, counted as in flight from here on. */
  next(): Submission | undefined {
    const next = this.#take();
    if (next) this.#inFlight.add(next);
    return next;
  }

  /** Forgets an image that has been answered or cancelled; false when it already was. */
  remove(submission: Submission): boolean {
    if (this.#suspectInFlight === submission) this.#suspectInFlight = undefined;
    return (
      this.#inFlight.delete(submission) ||
      this.#waiting.remove(submission) ||
      this.#suspects.remove(submission)
    );
  }

  /** The bridge died: returns the image that was alone with it for the second time, if any. */
  bridgeDied(): Submission | undefined {
    const convicted = this.#suspectInFlight;
    this.#suspectInFlight = undefined;
    if (convicted) this.#inFlight.delete(convicted);
    for (const submission of this.#inFlight) this.#suspects.push(submission);
    this.#inFlight.clear();
    return convicted;
  }

  /** Empties itself of all images, or of those for one network. */
  clear(networkSha256?: string): Submission[] {
    const all = [...this.#inFlight, ...this.#suspects, ...this.#waiting];
    return all.filter(
      (submission) =>
        (networkSha256 === undefined || submission.networkSha256 === networkSha256) &&
        this.remove(submission),
    );
  }

  #take(): Submission | undefined {
    const fresh = this.#waiting.first;
    const suspect = this.#suspects.first;
    if (suspect || this.#suspectInFlight) {
      if (this.#inFlight.size > 0) return undefined;
      if (fresh?.priority === 'consulting' && suspect?.priority === 'archive')
        return this.#waiting.shift();
      this.#suspectInFlight = this.#suspects.shift();
      return this.#suspectInFlight;
    }
    const room = fresh?.priority === 'consulting' ? 2 * this.#window : this.#window;
    return this.#inFlight.size < room ? this.#waiting.shift() : undefined;
  }
}

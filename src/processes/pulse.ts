import type { Link } from './link.ts';

/**
 * Whether another process still runs its loop: it is asked every so often, and is silent once it owes
 * the answer for a while. Counted in questions, not by the clock: a computer that sleeps misses none.
 */
const everyMs = 400;
const patience = 4;

const question = 'pulse?';
const answer = 'pulse!';

export interface PulseEvents {
  /** About two seconds after the last answer. What has never answered is never silent. */
  silent(): void;
  /** It answers again. */
  back(): void;
}

export class Pulse {
  readonly #ask: () => void;
  readonly #events: PulseEvents;
  readonly #timer: ReturnType<typeof setInterval>;
  #isWatched = false;
  #isOwed = false;
  #missed = 0;

  constructor(ask: () => void, events: PulseEvents) {
    this.#ask = ask;
    this.#events = events;
    this.#timer = setInterval(() => this.#beat(), everyMs);
    // A browser's timer is a number.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  answered(): void {
    const wasSilent = this.#missed >= patience;
    this.#isWatched = true;
    this.#isOwed = false;
    this.#missed = 0;
    if (wasSilent) this.#events.back();
  }

  /** What answered is gone, and something else begins: nothing is owed before its first answer. */
  restart(): void {
    this.#isWatched = false;
    this.#isOwed = false;
    this.#missed = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (this.#isWatched && this.#isOwed && ++this.#missed === patience) this.#events.silent();
    // A question that came too early for anybody to hear it is asked again.
    if (this.#isOwed && this.#isWatched) return;
    this.#isOwed = true;
    this.#ask();
  }
}

/** A link whose other end is watched as long as it is open; its answers are kept from the listeners. */
export function watchPulse(link: Link, events: PulseEvents): Link {
  const pulse = new Pulse(() => link.send(question), events);
  link.onClose(() => pulse.stop());
  return without(link, answer, () => pulse.answered());
}

/** The other end: a link that answers by itself as long as this process runs its loop. */
export function answerPulse(link: Link): Link {
  return without(link, question, () => link.send(answer));
}

/** A link that keeps `own` from its listeners: `then` is called for each, once however many listen. */
function without(link: Link, own: string, then: () => void): Link {
  let isListening = false;
  return {
    send: (message) => link.send(message),
    onMessage(listener) {
      const isFirst = !isListening;
      isListening = true;
      link.onMessage((message) => {
        if (message !== own) listener(message);
        else if (isFirst) then();
      });
    },
    onClose: (listener) => link.onClose(listener),
    close: () => link.close(),
  };
}

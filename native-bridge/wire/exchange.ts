import type { ByteLink } from '../links/link.ts';
import { WireError } from './errors.ts';
import { encodeFrame, type Frame, type FrameHeader } from './frame.ts';
import * as wire from './messages.ts';
import { FrameParser } from './parser.ts';

/** A request of the host's, and what may be done when it goes wrong. */
export interface RequestKind<Q, A> {
  readonly name: string;
  readonly request: wire.Message<Q>;
  readonly answer: wire.Message<A>;
  /** Waits for room in the device's window. */
  readonly isCounted: boolean;
  /** Times that it may be sent when no answer comes; 1 where twice is not the same as once. */
  readonly maxSilences: number;
  /** Times that it may be sent when it or its answer arrives damaged. */
  readonly maxDamages: number;
  readonly timeoutMs: number;
}

export interface ExchangeEvents {
  telemetry(telemetry: wire.DeviceTelemetry): void;
  closed(error: WireError): void;
}

interface Pending {
  readonly name: string;
  readonly type: number;
  readonly payload: Uint8Array;
  readonly isCounted: boolean;
  readonly timeoutMs: number;
  silencesLeft: number;
  damagesLeft: number;
  /** 0 while it waits for room. */
  requestId: number;
  timer: NodeJS.Timeout | undefined;
  isSettled: boolean;
  answer(frame: Frame): void;
  fail(error: WireError): void;
}

/** Damaged frames and stretches of garbage without one good frame between; then the link is given up. */
const maxNoise = 64;
/** Sound frames that a device may send and nobody asked for, in the same way. */
const maxStrays = 1024;

/**
 * Requests and answers over a byte link, matched by id. Each request settles exactly once: with its
 * answer, or with a `WireError`. Every sending has an id of its own, so a late or doubled answer
 * meets nobody.
 */
export class Exchange {
  readonly #link: ByteLink;
  readonly #events: ExchangeEvents;
  readonly #parser: FrameParser;
  readonly #sent = new Map<number, Pending>();
  readonly #waiting: Pending[] = [];
  #nextId = 1 + Math.floor(Math.random() * 2 ** 30);
  #version: number = wireVersion;
  #window = 1;
  #creditSequence = 0;
  #noise = 0;
  #strays = 0;
  #closed: WireError | undefined;

  constructor(link: ByteLink, events: ExchangeEvents) {
    this.#link = link;
    this.#events = events;
    this.#parser = new FrameParser({
      frame: (frame) => this.#receive(frame),
      damaged: (header) => this.#damaged(header),
      skipped: () => this.#noisy(),
    });
    link.onBytes((bytes) => this.#parser.push(bytes));
    link.onClose((reason) =>
      this.#close(new WireError('link-closed', `The link ended: ${reason}.`)),
    );
  }

  /** What HELLO agreed on. */
  begin(version: number, window: number): void {
    this.#version = version;
    this.#creditSequence = 0;
    this.setWindow(window);
  }

  /** As TELEMETRY tells it: a CREDIT may have been lost. */
  setWindow(window: number): void {
    this.#window = window;
    this.#pump();
  }

  /** @throws WireError; `cancelled` as soon as the signal aborts. */
  request<Q, A>(kind: RequestKind<Q, A>, value: Q, signal?: AbortSignal): Promise<A> {
    const { promise, resolve, reject } = Promise.withResolvers<A>();
    const pending: Pending = {
      name: kind.name,
      type: kind.request.type,
      payload: kind.request.encode(value),
      isCounted: kind.isCounted,
      timeoutMs: kind.timeoutMs,
      silencesLeft: kind.maxSilences,
      damagesLeft: kind.maxDamages,
      requestId: 0,
      timer: undefined,
      isSettled: false,
      answer: (frame) => resolve(decodeAnswer(kind, frame)),
      fail: reject,
    };
    const abort = () => this.#cancel(pending);
    signal?.addEventListener('abort', abort, { once: true });
    if (this.#closed) this.#fail(pending, this.#closed);
    else if (signal?.aborted) this.#fail(pending, cancelled());
    else this.#enqueue(pending);
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  close(): void {
    this.#close(new WireError('link-closed', 'The link was closed.'));
  }

  #enqueue(pending: Pending): void {
    if (!pending.isCounted) {
      this.#send(pending);
      return;
    }
    this.#waiting.push(pending);
    pending.timer = setTimeout(
      () =>
        this.#fail(
          pending,
          new WireError(
            'no-credit',
            `The device had no room for ${pending.name} within ${pending.timeoutMs} ms.`,
          ),
        ),
      pending.timeoutMs,
    );
    this.#pump();
  }

  #pump(): void {
    let counted = 0;
    for (const { isCounted } of this.#sent.values()) if (isCounted) counted++;
    for (; counted < this.#window; counted++) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#send(next);
    }
  }

  #send(pending: Pending): void {
    clearTimeout(pending.timer);
    pending.requestId = this.#takeId();
    this.#sent.set(pending.requestId, pending);
    pending.timer = setTimeout(() => this.#silent(pending), pending.timeoutMs);
    this.#write(pending.type, pending.requestId, pending.payload);
  }

  #write(type: number, requestId: number, payload: Uint8Array): void {
    const version = type === wire.hello.type ? wireVersion : this.#version;
    this.#link.write(encodeFrame({ version, type, flags: 0, requestId, payload }));
  }

  #receive(frame: Frame): void {
    this.#noise = 0;
    if (frame.version !== this.#version && frame.type !== wire.helloAnswer.type) this.#stray();
    else if (frame.requestId === 0) this.#unasked(frame);
    else {
      const pending = this.#sent.get(frame.requestId);
      if (pending) this.#answered(pending, frame);
      else this.#stray();
    }
  }

  #answered(pending: Pending, frame: Frame): void {
    this.#strays = 0;
    this.#sent.delete(frame.requestId);
    clearTimeout(pending.timer);
    if (pending.isSettled) this.#pump();
    else if (frame.type === wire.deviceError.type) this.#refused(pending, frame);
    else {
      try {
        pending.answer(frame);
        this.#settle(pending);
      } catch (error) {
        this.#fail(pending, asWireError(error));
      }
    }
  }

  #refused(pending: Pending, frame: Frame): void {
    try {
      const { code, message } = wire.deviceError.decode(frame.payload);
      if (code === 'frame-damaged' && --pending.damagesLeft > 0) this.#send(pending);
      else this.#fail(pending, new WireError(code, message));
    } catch (error) {
      this.#fail(pending, asWireError(error));
    }
  }

  #unasked({ type, payload }: Frame): void {
    try {
      if (type === wire.credit.type) {
        const { sequence, window } = wire.credit.decode(payload);
        if (sequence <= this.#creditSequence) return;
        this.#creditSequence = sequence;
        this.#window = window;
        this.#pump();
      } else if (type === wire.telemetryEvent.type)
        this.#events.telemetry(wire.telemetryEvent.decode(payload));
      else this.#stray();
    } catch {
      this.#stray();
    }
  }

  #damaged({ requestId }: FrameHeader): void {
    const pending = this.#sent.get(requestId);
    if (!pending) return;
    this.#sent.delete(requestId);
    clearTimeout(pending.timer);
    if (pending.isSettled) this.#pump();
    else if (--pending.damagesLeft > 0) this.#send(pending);
    else
      this.#fail(
        pending,
        new WireError('answer-damaged', `The answer to ${pending.name} kept arriving damaged.`),
      );
  }

  #silent(pending: Pending): void {
    // The rest of a cut frame would swallow the next answer.
    this.#parser.abandon();
    if (pending.isSettled || this.#closed) return;
    this.#sent.delete(pending.requestId);
    if (--pending.silencesLeft > 0) this.#send(pending);
    else
      this.#fail(
        pending,
        new WireError(
          'timeout',
          `The device did not answer ${pending.name} within ${pending.timeoutMs} ms.`,
        ),
      );
  }

  #cancel(pending: Pending): void {
    if (pending.isSettled) return;
    const { requestId } = pending;
    if (!this.#sent.has(requestId)) {
      this.#fail(pending, cancelled());
      return;
    }
    pending.isSettled = true;
    clearTimeout(pending.timer);
    pending.fail(cancelled());
    // Its place in the window is free when the device has answered, or has had its time.
    pending.timer = setTimeout(() => {
      this.#sent.delete(requestId);
      this.#pump();
    }, pending.timeoutMs);
    this.#write(wire.cancel.type, this.#takeId(), wire.cancel.encode({ requestId }));
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = id === 0xffffffff ? 1 : id + 1;
    return id;
  }

  #fail(pending: Pending, error: WireError): void {
    const at = this.#waiting.indexOf(pending);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#sent.delete(pending.requestId);
    if (!pending.isSettled) pending.fail(error);
    this.#settle(pending);
  }

  #settle(pending: Pending): void {
    pending.isSettled = true;
    clearTimeout(pending.timer);
    this.#pump();
  }

  #noisy(): void {
    if (++this.#noise > maxNoise)
      this.#close(
        new WireError('link-noisy', 'The device sends what is no frame. Check cable and port.'),
      );
  }

  #stray(): void {
    if (++this.#strays > maxStrays)
      this.#close(new WireError('link-noisy', 'The device sends what nobody asked for.'));
  }

  #close(error: WireError): void {
    if (this.#closed) return;
    this.#closed = error;
    this.#parser.stop();
    const all = [...this.#sent.values(), ...this.#waiting];
    this.#sent.clear();
    this.#waiting.length = 0;
    for (const pending of all) this.#fail(pending, error);
    this.#link.close();
    this.#events.closed(error);
  }
}

/** HELLO is spoken in the lowest version, so that both sides can read it. */
const wireVersion = wire.wireVersions.lowest;

function decodeAnswer<Q, A>({ name, answer }: RequestKind<Q, A>, frame: Frame): A {
  if (frame.type !== answer.type)
    throw new WireError('answer-invalid', `The device answered ${name} with type ${frame.type}.`);
  try {
    return answer.decode(frame.payload);
  } catch (error) {
    throw new WireError('answer-invalid', `The answer to ${name}: ${asWireError(error).message}`);
  }
}

function asWireError(error: unknown): WireError {
  return error instanceof WireError ? error : new WireError('answer-invalid', String(error));
}

function cancelled(): WireError {
  return new WireError('cancelled', 'Cancelled.');
}

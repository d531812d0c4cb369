import type { ByteLink } from '../links/link.ts';
import { Random } from '../shared/random.ts';

/** What can go wrong with a device, on demand. */
export const faultNames = [
  /** The link ends in the middle of the answer, or at a byte of the traffic. */
  'unplug',
  /** The answer stops in the middle, or the traffic at a byte, and nothing follows. */
  'stall',
  /** Random bytes before the answer. */
  'garbage',
  /** One flipped bit on the way: a checksum is wrong. */
  'wrong-crc',
  /** The answer comes twice. */
  'duplicate',
  /** The answer comes behind the one after it, or alone after a while. */
  'reorder',
  /** The answer takes `slowMs` longer. */
  'slow',
  /** No answer to this kind of request; everything else works. */
  'stuck',
  /** Refused: too hot. */
  'overheated',
  /** Refused: no memory. */
  'out-of-memory',
  /** Forgets everything instead of answering, as when its power failed. */
  'reboot',
  /** A result with one wrong bit, in a sound frame. */
  'flipped-bit',
] as const;
export type FaultName = (typeof faultNames)[number];

export const requestNames = [
  'hello',
  'load-begin',
  'load-chunk',
  'load-commit',
  'infer',
  'cancel',
  'telemetry',
  'self-test',
  'reset',
] as const;
export type RequestName = (typeof requestNames)[number];

export interface FaultPlan {
  readonly name: FaultName;
  /** The request whose answer it strikes. */
  readonly during: RequestName;
  /** Such requests that are answered well first. */
  readonly after?: number;
  /** Times that it strikes; always, where absent. */
  readonly times?: number;
  /** `unplug` and `stall`: not at an answer, but when this many bytes went either way. */
  readonly atByte?: number;
  readonly slowMs?: number;
  readonly seed?: number;
}

/** Where each fault strikes unless told otherwise. */
export const usualMoment: Readonly<Record<FaultName, RequestName>> = {
  unplug: 'infer',
  stall: 'infer',
  garbage: 'infer',
  'wrong-crc': 'infer',
  duplicate: 'infer',
  reorder: 'infer',
  slow: 'infer',
  stuck: 'infer',
  overheated: 'infer',
  'out-of-memory': 'load-begin',
  reboot: 'load-chunk',
  'flipped-bit': 'infer',
};

const reorderMs = 30;

/** Stands between the device and its link, and does to the traffic what the plan says. */
export class FaultyLink {
  readonly #link: ByteLink;
  readonly #plan: FaultPlan | undefined;
  readonly #random: Random;
  #traffic = 0;
  #seen = 0;
  #struck = 0;
  #isSilent = false;
  #held: Uint8Array | undefined;

  constructor(link: ByteLink, plan: FaultPlan | undefined) {
    this.#link = link;
    this.#plan = plan;
    this.#random = new Random(plan?.seed ?? 1);
  }

  /** What of the received bytes the device gets to see. */
  received(bytes: Uint8Array): Uint8Array {
    return this.#pass(bytes);
  }

  /** The fault that strikes the next answer to such a request, if any. Counts as a strike. */
  strikes(during: RequestName): FaultName | undefined {
    const plan = this.#plan;
    if (!plan || plan.atByte !== undefined || plan.during !== during) return undefined;
    if (this.#seen++ < (plan.after ?? 0)) return undefined;
    if (this.#struck >= (plan.times ?? Number.POSITIVE_INFINITY)) return undefined;
    this.#struck++;
    return plan.name;
  }

  send(frame: Uint8Array, fault?: FaultName): void {
    switch (fault) {
      case 'unplug':
        this.#write(frame.subarray(0, this.#random.below(frame.length)));
        this.#link.close();
        return;
      case 'stall':
        this.#write(frame.subarray(0, this.#random.below(frame.length)));
        this.#isSilent = true;
        return;
      case 'garbage':
        this.#write(
          Uint8Array.from({ length: 1 + this.#random.below(200) }, () => this.#random.below(256)),
        );
        this.#write(frame);
        return;
      case 'wrong-crc':
        this.#write(this.#flipped(frame, 0, frame.length));
        return;
      case 'duplicate':
        this.#write(frame);
        this.#write(frame);
        return;
      case 'reorder':
        this.#held = frame;
        setTimeout(() => this.#release(), reorderMs);
        return;
      case 'slow':
        setTimeout(() => this.#write(frame), this.#plan?.slowMs ?? 5_000);
        return;
      default:
        this.#write(frame);
        this.#release();
    }
  }

  /** A copy with one bit flipped in `bytes[start … end−1]`. */
  flipBit(bytes: Uint8Array, start = 0): Uint8Array {
    return this.#flipped(bytes, start, bytes.length);
  }

  #flipped(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const copy = Buffer.from(bytes);
    if (end <= start) return copy;
    const at = start + this.#random.below(end - start);
    copy.writeUInt8(copy.readUInt8(at) ^ (1 << this.#random.below(8)), at);
    return copy;
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#write(held);
  }

  #write(bytes: Uint8Array): void {
    if (!this.#isSilent) this.#link.write(this.#pass(bytes));
  }

  /** Counts the traffic; beyond the plan's byte there is none. */
  #pass(bytes: Uint8Array): Uint8Array {
    const atByte = this.#plan?.atByte ?? Number.POSITIVE_INFINITY;
    const rest = atByte - this.#traffic;
    this.#traffic += bytes.length;
    if (bytes.length < rest) return bytes;
    this.#isSilent = true;
    // What was written before it still arrives.
    if (this.#plan?.name === 'unplug') setImmediate(() => this.#link.close());
    return bytes.subarray(0, Math.max(0, rest));
  }
}

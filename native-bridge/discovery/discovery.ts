import type { ByteLink } from '../links/link.ts';
import type { LinkKind, Obstacle } from '../shared/contract.ts';
import type { WireTimeouts } from '../wire/session.ts';

export type { LinkKind, Obstacle } from '../shared/contract.ts';

/** A device that is there and can be spoken to over the wire. */
export interface Candidate {
  /** The same for one device as long as it stays plugged: `usb:1-4-17:1209:0001`. */
  readonly id: string;
  readonly link: LinkKind;
  /** What the system calls it, for a person. */
  readonly label: string;
  /** Where its link is slower than most. */
  readonly timeouts?: Partial<WireTimeouts>;
  /**
   * Of a device that the program itself attaches: what it is called here, whatever it says it is. No
   * other device can have such an id.
   */
  readonly acceleratorId?: string;
  /**
   * Of a device that the program itself attaches: false as soon as it is no longer wanted. It is then
   * let go at once, which is nothing to tell anyone of.
   */
  readonly isWanted?: () => boolean;
  /** @throws BridgeError `no-accelerator` that says what to do, e.g. about a missing permission. */
  open(): Promise<ByteLink>;
}

export interface Findings {
  readonly candidates: readonly Candidate[];
  readonly obstacles: readonly Obstacle[];
}

/** Looks for the devices of one kind. */
export interface Discovery {
  /** What is there now. Never throws: what goes wrong is an obstacle. */
  find(): Promise<Findings>;
  /** Calls `listener` whenever `find()` may have another answer. Returns what ends that. */
  onChange(listener: () => void): () => void;
}

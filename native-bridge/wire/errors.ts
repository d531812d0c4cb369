/** What a device may refuse with; the index is the code on the wire, and is never reassigned. */
export const deviceErrorCodes = [
  /** For a person to read the message; no other code fits. */
  'device-failed',
  'version-unsupported',
  /** The payload is not laid out as its type says. */
  'malformed',
  /** The request's payload did not arrive whole. */
  'frame-damaged',
  'type-unknown',
  /** HELLO comes first; after a restart of the device, again. */
  'not-ready',
  'no-credit',
  'out-of-memory',
  'network-unknown',
  'network-invalid',
  'network-damaged',
  'generation-wrong',
  'transfer-unknown',
  'transfer-out-of-order',
  'image-invalid',
  'cancelled',
  'overheated',
] as const;
export type DeviceErrorCode = (typeof deviceErrorCodes)[number];

/** What the host finds by itself. */
export type HostErrorCode =
  | 'link-closed'
  /** Too much that is no frame came in a row. */
  | 'link-noisy'
  | 'timeout'
  /** The answer was damaged, as often as it was asked for. */
  | 'answer-damaged'
  /** An answer that contradicts the protocol, the request or what the device said of itself. */
  | 'answer-invalid'
  /** The device claims limits that nothing can work within. */
  | 'limits-invalid';

export type WireErrorCode = DeviceErrorCode | HostErrorCode;

/** The only exception that the wire throws on purpose. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

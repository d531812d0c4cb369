import type { StationErrorCode } from './contract/index.ts';

/** A refusal by the station itself; its message is fit to show as it is. */
export class StationError extends Error {
  override readonly name = 'StationError';
  readonly code: StationErrorCode;
  constructor(code: StationErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

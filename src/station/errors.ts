import { LabelsError } from '../interchange/labels.ts';
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

/** What `read` gives; a table of labels that it cannot read is refused with what is wrong with it. */
export function readingLabels<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LabelsError) throw new StationError('invalid-input', error.message);
    throw error;
  }
}

import type { StationErrorCode } from '../../src/station/contract/index.ts';

class FakeError extends Error {
  readonly code: StationErrorCode;
  constructor(code: StationErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function fail(code: StationErrorCode, message: string): never {
  throw new FakeError(code, message);
}

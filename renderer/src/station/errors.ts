import { RemoteError } from '../../../src/processes/contract.ts';

/** What to show for a failed call. The station's own messages are fit to show as they are. */
export function errorText(error: unknown): string {
  if (!(error instanceof RemoteError))
    return 'Something went wrong in this window. Nothing was changed; try again.';
  switch (error.code) {
    case 'link-closed':
      return 'The connection to the station was lost. Wait until it is back, then try again.';
    case 'cancelled':
      return 'Stopped before it was done.';
    default:
      return error.message;
  }
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof RemoteError ? error.code : undefined;
}

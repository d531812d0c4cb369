export type BackupErrorCode =
  | 'backup-none'
  | 'backup-other-clinic'
  | 'backup-newer'
  | 'backup-damaged'
  | 'backup-place'
  | 'medium-full'
  | 'medium-read-only'
  | 'medium-failed'
  | 'cancelled';

/** What is wrong with a backup or its medium. Fit to show as it is; holds no patient data. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: BackupErrorCode;
  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const full =
  'The backup medium is full. The clinic and the backups that were there are as before. Free some space on it, or choose another one.';
const readOnly =
  'The backup medium cannot be written to. Remove its write protection, give this user the right to write to the folder, or choose another one.';
const failed =
  'The backup medium cannot be reached, or failed. The clinic is as before. Check that it is connected, then try again.';

/** The backup's error for one of the file system's on the medium; any other passes unchanged. */
export function asBackupError(error: unknown): unknown {
  if (error instanceof BackupError || !(error instanceof Error) || !('code' in error)) return error;
  const cause = { cause: error };
  if (/^(ENOSPC|EDQUOT)$/.test(String(error.code)))
    return new BackupError('medium-full', full, cause);
  if (/^(EROFS|EACCES|EPERM)$/.test(String(error.code)))
    return new BackupError('medium-read-only', readOnly, cause);
  if (/^(ENOENT|ENOTDIR|EIO|ENODEV|ENXIO|ESTALE|ENOTCONN|EHOSTDOWN)$/.test(String(error.code)))
    return new BackupError('medium-failed', failed, cause);
  return error;
}

/** Throws once `signal` is aborted; what was begun is then taken back. */
export function assertGoesOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new BackupError('cancelled', 'Stopped before it was done. Everything is as it was.');
}

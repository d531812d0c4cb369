/** Why a call failed. The message beside it is fit to show as it is. */
export const stationErrorCodes = [
  'invalid-input',
  'not-found',
  // session
  'locked',
  'no-clinic',
  'clinic-exists',
  'wrong-passphrase',
  'weak-passphrase',
  'wrong-recovery-key',
  'not-allowed',
  // store
  'duplicate-record-number',
  'duplicate-user',
  'last-administrator',
  'duplicate-image',
  'changed-meanwhile',
  'lesion-removed',
  'invalid-merge',
  'opinion-asked',
  'patient-merged',
  'database-newer',
  'database-damaged',
  'database-older',
  'database-in-use',
  'database-library',
  'disk-full',
  'no-access',
  // imaging
  'empty-file',
  'not-an-image',
  'damaged-image',
  'unsupported-format',
  'image-too-large',
  'decode-timeout',
  'decode-memory',
  'decoder-crashed',
  // reading
  'no-accelerator',
  'accelerator-failed',
  'model-invalid',
  // measuring
  'outline-invalid',
  'clicks-too-close',
  'value-invalid',
  'profile-mismatch',
  'no-ruler',
  // classes
  'learning-refused',
  // backups
  'backup-none',
  'backup-other-clinic',
  'backup-newer',
  'backup-damaged',
  'backup-place',
  'medium-full',
  'medium-read-only',
  'medium-failed',
  // files and folders
  'folder-refused',
  // settings
  'not-saved',
  // transport
  'cancelled',
  'link-closed',
  'internal',
] as const;
export type StationErrorCode = (typeof stationErrorCodes)[number];

export type { AuditProblem, AuditVerdict, CheckOptions } from './audit-check.ts';
export type { BackupPlace } from './backup/after-loss.ts';
export type { BackupOptions, BackupResult } from './backup/back-up.ts';
export { BackupError, type BackupErrorCode } from './backup/errors.ts';
export type { Contents } from './backup/manifest.ts';
export {
  type Backup,
  findBackup,
  isReadable,
  listBackups,
  lookAtMedium,
  namesInBackup,
  type UnreadableBackup,
} from './backup/medium.ts';
export {
  type BackupAccess,
  type Damage,
  proveBackup,
  restoreBackup,
  type Verdict,
  verifyBackup,
} from './backup/restore.ts';
export { ClinicStore } from './clinic-store.ts';
export {
  type ClinicInfo,
  createClinic,
  joinByRecovery,
  joinClinic,
  readClinicInfo,
  recoverClinic,
  type StoreOptions,
  type UnlockedClinic,
  unlockClinic,
} from './clinics.ts';
export type { Clock } from './clock.ts';
export { erasedListFile } from './erasure/erased-list.ts';
export { StoreError, type StoreErrorCode } from './errors.ts';
export type { HealthOptions, HealthVerdict } from './health.ts';
export type { ScryptCost } from './key-slots.ts';
export { loadMigrations } from './migrations.ts';
export { assertStrong, passphraseStrength } from './passphrase.ts';
export { findCopy, finishPuttingBack, putBack } from './put-back.ts';
export type { AuditListEntry, NewAuditEntry } from './repositories/audit.ts';
export type { LearnableExample } from './repositories/class-examples.ts';
export type { ActiveHead, NewVersion } from './repositories/head-versions.ts';
export type { NewImage } from './repositories/images.ts';
export type { StoredHead, StoredNetwork } from './repositories/models.ts';
export type { PatientPage, PatientSummary } from './repositories/patient-list.ts';
export type { NewReading } from './repositories/readings.ts';
export type { RescoredItem, RescoringItem } from './repositories/rescorings.ts';
export type { NewReview } from './repositories/reviews.ts';
export type { WorklistQuery } from './repositories/worklist.ts';
export { listSetAside, setAsideFolder } from './set-aside.ts';
export { shareOf } from './share.ts';

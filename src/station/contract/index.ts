import type { Role } from '../../clinic/entities/index.ts';
import type { CallName, StreamName } from '../../processes/contract.ts';
import { aboutProcedures } from './about.ts';
import { acceleratorProcedures } from './accelerators.ts';
import { auditProcedures } from './audit.ts';
import { backupProcedures } from './backup.ts';
import { changeProcedures } from './changes.ts';
import { checklistProcedures } from './checklists.ts';
import { classProcedures } from './classes.ts';
import { commissioningProcedures } from './commissioning.ts';
import { consentProcedures } from './consents.ts';
import { copyProcedures } from './copies.ts';
import { erasureProcedures } from './erasures.ts';
import { followUpProcedures } from './follow-ups.ts';
import { formDraftProcedures } from './form-drafts.ts';
import { healthProcedures } from './health.ts';
import { histologyProcedures } from './histology.ts';
import { imageProcedures } from './images.ts';
import { lesionProcedures } from './lesions.ts';
import { measuringProcedures } from './measuring.ts';
import { overviewProcedures } from './overviews.ts';
import { patientFolderProcedures } from './patient-folder.ts';
import { patientMergeProcedures } from './patient-merges.ts';
import { patientProcedures } from './patients.ts';
import { qualityProcedures } from './quality.ts';
import { readingProcedures } from './readings.ts';
import { recentProcedures } from './recent.ts';
import { reportProcedures } from './reports.ts';
import { retentionProcedures } from './retention.ts';
import { reviewProcedures } from './reviews.ts';
import { secondOpinionProcedures } from './second-opinions.ts';
import { sessionProcedures } from './session.ts';
import { settingsProcedures } from './settings.ts';
import { sharingProcedures } from './sharing.ts';
import { templateProcedures } from './templates.ts';
import { userProcedures } from './users.ts';
import { viewProcedures } from './views.ts';
import { worklistProcedures } from './worklist.ts';

export type {
  AcceleratorOverview,
  AcceleratorStatus,
  DeviceStatus,
  ExactnessCheck,
  LinkKind,
  Notice,
  Obstacle,
  Policy,
} from '../../../native-bridge/shared/contract.ts';
export type { BackupReminder, BackupState, FoundBackups } from './backup.ts';
export type { Topic } from './changes.ts';
export type {
  ChangedReading,
  ClassMap,
  ClassOverview,
  MapPoint,
  Neighbour,
  PackSummary,
  PlannedExample,
  ShownExample,
} from './classes.ts';
export { type StationErrorCode, stationErrorCodes } from './errors.ts';
export type { AwaitedLesion } from './follow-ups.ts';
export type { FormDraftKey } from './form-drafts.ts';
export type { HealthState } from './health.ts';
export type { ImageEntry, ImportResult, MoveNote, PlacedImageEntry } from './images.ts';
export type { Measured } from './measuring.ts';
export type { OverviewEntry, OverviewImportResult } from './overviews.ts';
export type { DoublePair, MergeCandidate, ShownMerge } from './patient-merges.ts';
export type { PatientEntry } from './patients.ts';
export type { Callers } from './procedures.ts';
export type { ShownChange } from './recent.ts';
export type { ListedOpinion } from './second-opinions.ts';
export type { SessionState, Surroundings } from './session.ts';
export type { FoundAnswer, OpenedSharedCase, SharingPlan } from './sharing.ts';
export type { DataKeyState } from './users.ts';
export type { WaitingLesion } from './worklist.ts';

/**
 * UI ↔ station: everything that a screen or the command line can ask of the station, and who may.
 * The same contract runs over Electron's MessagePort and over the web shell's WebSocket.
 */
export const stationContract = {
  ...sessionProcedures,
  ...userProcedures,
  ...settingsProcedures,
  ...templateProcedures,
  ...worklistProcedures,
  ...viewProcedures,
  ...patientProcedures,
  ...patientFolderProcedures,
  ...patientMergeProcedures,
  ...sharingProcedures,
  ...recentProcedures,
  ...consentProcedures,
  ...lesionProcedures,
  ...imageProcedures,
  ...readingProcedures,
  ...reviewProcedures,
  ...secondOpinionProcedures,
  ...checklistProcedures,
  ...measuringProcedures,
  ...overviewProcedures,
  ...followUpProcedures,
  ...histologyProcedures,
  ...qualityProcedures,
  ...reportProcedures,
  ...classProcedures,
  ...formDraftProcedures,
  ...acceleratorProcedures,
  ...aboutProcedures,
  ...commissioningProcedures,
  ...copyProcedures,
  ...backupProcedures,
  ...erasureProcedures,
  ...retentionProcedures,
  ...auditProcedures,
  ...healthProcedures,
  ...changeProcedures,
} as const;
export type StationContract = typeof stationContract;

/** Whether a user of this role may call it in an unlocked clinic. */
export function mayCall(
  role: Role,
  name: CallName<StationContract> | StreamName<StationContract>,
): boolean {
  const { callers } = stationContract[name];
  return callers === 'anyone' || callers.includes(role);
}

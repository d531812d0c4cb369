import type { ShippedModel } from '../../clinic/model.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { StationContract } from '../contract/index.ts';
import { aboutHandlers } from './about.ts';
import { acceleratorHandlers } from './accelerators.ts';
import { auditHandlers } from './audit.ts';
import { backupHandlers } from './backup.ts';
import { changeHandlers } from './changes.ts';
import { checklistHandlers } from './checklists.ts';
import { classHandlers } from './classes.ts';
import { commissioningHandlers } from './commissioning.ts';
import { consentHandlers } from './consents.ts';
import type { StationContext } from './context.ts';
import { copyHandlers } from './copies.ts';
import { erasureHandlers } from './erasures.ts';
import { followUpHandlers } from './follow-ups.ts';
import { formDraftHandlers } from './form-drafts.ts';
import { healthHandlers } from './health.ts';
import { histologyHandlers } from './histology.ts';
import { imageHandlers } from './images.ts';
import { lesionHandlers } from './lesions.ts';
import { measuringHandlers } from './measuring.ts';
import { overviewHandlers } from './overviews.ts';
import { patientFolderHandlers } from './patient-folder.ts';
import { patientMergeHandlers } from './patient-merges.ts';
import { patientHandlers } from './patients.ts';
import { qualityHandlers } from './quality.ts';
import { readingHandlers } from './readings.ts';
import { recentHandlers } from './recent.ts';
import { reportHandlers } from './reports.ts';
import { retentionHandlers } from './retention.ts';
import { reviewHandlers } from './reviews.ts';
import { secondOpinionHandlers } from './second-opinions.ts';
import { sessionHandlers } from './session.ts';
import { settingsHandlers } from './settings.ts';
import { sharingHandlers } from './sharing.ts';
import { templateHandlers } from './templates.ts';
import { userHandlers } from './users.ts';
import { viewHandlers } from './views.ts';
import { worklistHandlers } from './worklist.ts';

/** Everything of the contract, a file a topic. */
export function stationHandlers(
  context: StationContext,
  model: ShippedModel,
  version: string,
): Handlers<StationContract> {
  return {
    ...sessionHandlers(context),
    ...userHandlers(context),
    ...settingsHandlers(context),
    ...templateHandlers(context),
    ...worklistHandlers(context),
    ...viewHandlers(context),
    ...patientHandlers(context),
    ...patientFolderHandlers(context, version),
    ...patientMergeHandlers(context),
    ...sharingHandlers(context, version),
    ...recentHandlers(context),
    ...consentHandlers(context),
    ...lesionHandlers(context),
    ...measuringHandlers(context),
    ...imageHandlers(context),
    ...overviewHandlers(context),
    ...readingHandlers(context),
    ...reviewHandlers(context),
    ...secondOpinionHandlers(context),
    ...checklistHandlers(context),
    ...followUpHandlers(context),
    ...histologyHandlers(context),
    ...qualityHandlers(context),
    ...reportHandlers(context),
    ...classHandlers(context),
    ...formDraftHandlers(context),
    ...acceleratorHandlers(context),
    ...aboutHandlers(context, model, version),
    ...commissioningHandlers(context),
    ...copyHandlers(context, version),
    ...backupHandlers(context),
    ...erasureHandlers(context),
    ...retentionHandlers(context),
    ...auditHandlers(context),
    ...healthHandlers(context),
    ...changeHandlers(context),
  };
}

import { z } from 'zod';
import { consent, consentDetails, id } from '../../clinic/entities/index.ts';
import { careTeam, command, query, recorders } from './procedures.ts';

export const consentProcedures = {
  /** The newest day first, of one day the newest entry: of each scope the first one counts. */
  'consents.ofPatient': query(careTeam, z.object({ patientId: id }), z.array(consent)),
  /** Refused for a day that is still to come. */
  'consents.record': command(
    recorders,
    z.object({ patientId: id, details: consentDetails }),
    consent,
  ),
} as const;

import { clinicSettings } from '../../clinic/entities/index.ts';
import { administrators, command, everyUser, none, query } from './procedures.ts';

/** What holds for every screen of the clinic. */
export const settingsProcedures = {
  'settings.get': query(everyUser, none, clinicSettings),
  'settings.set': command(administrators, clinicSettings, clinicSettings),
} as const;

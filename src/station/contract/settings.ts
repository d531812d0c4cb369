import { clinicSettings, screenSettings } from '../../clinic/entities/index.ts';
import { administrators, anyone, command, everyUser, none, query } from './procedures.ts';

export const settingsProcedures = {
  /** What holds for every screen of the clinic. */
  'settings.get': query(everyUser, none, clinicSettings),
  'settings.set': command(administrators, clinicSettings, clinicSettings),
  /** What holds for this computer's screen, also before the clinic is unlocked. */
  'settings.screen': query(anyone, none, screenSettings),
  'settings.setScreen': command(everyUser, screenSettings, screenSettings),
} as const;

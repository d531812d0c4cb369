import { z } from 'zod';
import {
  acceleratorOverview,
  exactnessCheck,
  policy,
} from '../../../native-bridge/shared/contract.ts';
import { acceleratorIncident } from '../../clinic/entities/index.ts';
import { placedImageEntry } from './images.ts';
import {
  anyone,
  careTeam,
  command,
  everyUser,
  keepers,
  none,
  query,
  stream,
} from './procedures.ts';

export const acceleratorProcedures = {
  'accelerators.overview': query(anyone, none, acceleratorOverview),
  'accelerators.changes': stream(anyone, none, acceleratorOverview),
  /** Compares a device with the emulator on the golden images. */
  'accelerators.test': command(keepers, z.object({ acceleratorId: z.string() }), exactnessCheck),
  /** Now, and after a restart. */
  'accelerators.setPolicy': command(keepers, z.object({ policy }), none),
  /** Takes a notice off the screens. */
  'accelerators.dismiss': command(keepers, z.object({ acceleratorId: z.string() }), none),
  /** Looks for devices now, also for those that were given up. */
  'accelerators.rescan': command(keepers, none, none),
  /** Newest first. */
  'accelerators.incidents': query(
    everyUser,
    z.object({ limit: z.int().min(1).max(500).default(50) }),
    z.array(acceleratorIncident),
  ),
  /** Images whose newest reading is of a device since found inexact: to be read again. */
  'accelerators.readingsToRepeat': query(careTeam, none, z.array(placedImageEntry)),
} as const;

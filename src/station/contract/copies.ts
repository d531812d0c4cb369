import { z } from 'zod';
import { clinicCopy, id } from '../../clinic/entities/index.ts';
import { administrators, command, none, query, stream } from './procedures.ts';

/** Copies of the clinic beside it, for the way back from an update. */
export const copyProcedures = {
  'copies.list': query(administrators, none, z.array(clinicCopy)),
  /** Copies the clinic as it is now, while it stays in use. Null where there is only the demo clinic. */
  'copies.setAside': command(administrators, none, clinicCopy.nullable()),
  'copies.progress': stream(administrators, none, z.object({ share: z.number() })),
  /** Locks the clinic and puts a copy in its place; the clinic as it was is set aside, and kept. */
  'copies.putBack': command(administrators, z.object({ copyId: id }), none),
} as const;

import { z } from 'zod';
import { commissioning, commissioningReport } from '../../clinic/entities/index.ts';
import { bytes } from '../../processes/contract.ts';
import { administrators, command, everyUser, none, query } from './procedures.ts';

const column = z.string().trim().max(100);

/** Trying the network on labelled images of the clinic, before it is relied upon. */
export const commissioningProcedures = {
  /** What was found of the network in use; `null` as long as it was never tried here. */
  'commissioning.current': query(everyUser, none, commissioning.nullable()),
  /** Begins a trial with the content of a CSV file: columns image_id, and those named. */
  'commissioning.begin': command(
    administrators,
    z.object({
      csv: z.string().max(20_000_000),
      dxColumn: column.min(1).default('dx'),
      lesionColumn: column.default(''),
    }),
    z.object({ classes: z.record(z.string(), z.int()), unknown: z.int() }),
  ),
  /** Reads an image; it is not kept. */
  'commissioning.check': command(
    administrators,
    z.object({ fileName: z.string().max(500), bytes }),
    z.object({ outcome: z.enum(['read', 'no-label', 'twice']) }),
  ),
  /** Of the images read so far. */
  'commissioning.report': query(administrators, none, commissioningReport),
  /** Keeps the report and ends the trial. */
  'commissioning.keep': command(
    administrators,
    z.object({ useThreshold: z.boolean() }),
    commissioning,
  ),
} as const;

import { z } from 'zod';
import { type Role, role } from '../../clinic/entities/index.ts';
import * as plain from '../../processes/contract.ts';

/**
 * Who may call a procedure: users of these roles while the clinic is unlocked, or `anyone`, also
 * before it is. `src/station/access.ts` holds every call to it.
 */
export type Callers = 'anyone' | readonly Role[];

export const anyone = 'anyone';
/** Every user, stewards too: nothing of a patient's. */
export const everyUser = role.options;
export const administrators = ['administrator'] satisfies Callers;
/** Who sees patients. */
export const careTeam = ['administrator', 'clinician', 'assistant', 'reader'] satisfies Callers;
/** Who enrols, captures and imports. */
export const recorders = ['administrator', 'clinician', 'assistant'] satisfies Callers;
/** Who decides about patients: what an image shows, what is removed, closed or merged. */
export const deciders = ['administrator', 'clinician'] satisfies Callers;
/** Who looks after what reads the images: devices, classes, the log. */
export const keepers = ['administrator', 'clinician', 'steward'] satisfies Callers;

/** Who looks after the backups. */
export const backupKeepers = ['administrator', 'steward'] satisfies Callers;

/** Reads; may be repeated freely. */
export function query<I extends z.ZodType, O extends z.ZodType>(
  callers: Callers,
  input: I,
  output: O,
) {
  return { ...plain.query(input, output), callers };
}

/** Changes something; never repeated by the transport. */
export function command<I extends z.ZodType, O extends z.ZodType>(
  callers: Callers,
  input: I,
  output: O,
) {
  return { ...plain.command(input, output), callers };
}

/** Events until the subscriber leaves or the link closes. */
export function stream<I extends z.ZodType, E extends z.ZodType>(
  callers: Callers,
  input: I,
  event: E,
) {
  return { ...plain.stream(input, event), callers };
}

export const none = z.object({});

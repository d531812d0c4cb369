import { z } from 'zod';
import { type Role, role } from '../../clinic/entities/index.ts';
import * as plain from '../../processes/contract.ts';

/**
 * Who may call a procedure: users of these roles while the clinic is unlocked, or `anyone`, also
 * before it is. `src/station/access.ts` holds every call to it.
 */
export type Callers = 'anyone' | readonly Role[];

export const anyone = 'anyone';
/** Every user. */
export const everyUser = role.options;
export const administrators = ['administrator'] satisfies Callers;

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

import type { Role } from '../clinic/entities/index.ts';
import type { Callers } from './contract/index.ts';
import { StationError } from './errors.ts';
import type { Session } from './session.ts';

const roleWords: Record<Role, string> = {
  clinician: 'a clinician',
  administrator: 'an administrator',
};

/**
 * Whether a call is allowed just now, for every shell and screen: who may call what stands in the
 * contract. Throws `locked` and `not-allowed`.
 */
export function assertMayCall(session: Session, callers: Callers): void {
  if (callers === 'anyone') return;
  const { role } = session.user;
  if (callers.includes(role)) return;
  const allowed = callers.map((other) => roleWords[other]).join(' or ');
  throw new StationError(
    'not-allowed',
    `Only ${allowed} can do this. Ask one to unlock the clinic and do it.`,
  );
}

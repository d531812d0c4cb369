import type { Role } from '../clinic/entities/index.ts';
import type { ClinicStore } from '../store/index.ts';
import { type Callers, mayCall } from './contract/index.ts';
import { StationError } from './errors.ts';
import type { Session } from './session.ts';

const roleWords: Record<Role, string> = {
  administrator: 'an administrator',
  clinician: 'a clinician',
  assistant: 'an assistant',
  steward: 'a steward',
  reader: 'a reader',
};

/** Whether the clinic has two users who may do it, so that one proposes and another approves. */
export function needsSecondUser(store: ClinicStore, name: Parameters<typeof mayCall>[1]): boolean {
  const able = store.accounts
    .list()
    .filter(({ role, disabledAt }) => disabledAt === null && mayCall(role, name));
  return able.length > 1;
}

/**
 * Whether a call is allowed just now, for every shell and screen: who may call what stands in the
 * contract. Throws `locked` and `not-allowed`.
 */
export function assertMayCall(session: Pick<Session, 'user'>, callers: Callers): void {
  if (callers === 'anyone') return;
  const { role, disabledAt } = session.user;
  if (disabledAt !== null)
    throw new StationError(
      'not-allowed',
      'An administrator has disabled this user meanwhile, so nothing was done. Lock the clinic.',
    );
  if (callers.includes(role)) return;
  const allowed = callers.map((other) => roleWords[other]).join(' or ');
  throw new StationError(
    'not-allowed',
    `Only ${allowed} can do this. Ask one to unlock the clinic and do it.`,
  );
}

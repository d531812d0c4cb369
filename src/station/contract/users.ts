import { z } from 'zod';
import { id, name, role, user } from '../../clinic/entities/index.ts';
import { administrators, command, everyUser, none, query } from './procedures.ts';

export const passphrase = z.string().min(1).max(1000);
const userName = name.max(100);

export const userProcedures = {
  /** The disabled ones as well. */
  'users.list': query(everyUser, none, z.array(user)),
  'users.add': command(administrators, z.object({ userName, role, passphrase }), user),
  'users.rename': command(administrators, z.object({ userId: id, userName }), user),
  /** The last administrator keeps theirs. */
  'users.setRole': command(administrators, z.object({ userId: id, role }), user),
  /**
   * Ends what the user's passphrase opens; what they did stays. Nobody disables themselves, and
   * nobody the last administrator.
   */
  'users.disable': command(administrators, z.object({ userId: id }), user),
  /** In place of the one before; it lets a disabled user in again. */
  'users.setPassphrase': command(administrators, z.object({ userId: id, passphrase }), user),
  /** Of the person who asks. */
  'users.changePassphrase': command(
    everyUser,
    z.object({ current: passphrase, next: passphrase }),
    none,
  ),
  /** Makes a new recovery key, which ends the former one; it is told this once. */
  'users.renewRecoveryKey': command(
    administrators,
    z.object({ passphrase }),
    z.object({ recoveryKey: z.string() }),
  ),
} as const;

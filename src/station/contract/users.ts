import { z } from 'zod';
import { id, instant, name, role, user } from '../../clinic/entities/index.ts';
import { administrators, command, everyUser, none, query, stream } from './procedures.ts';

export const passphrase = z.string().min(1).max(1000);
const userName = name.max(100);

const dataKeyState = z.object({
  /** When it was last changed; null: never. */
  changedAt: instant.nullable(),
  /** What is under way; `failure` says why it stands still, where it does. */
  change: z
    .object({ begunAt: instant, share: z.number(), failure: z.string().nullable() })
    .nullable(),
  /** Users who need a new passphrase, since they could not be given the new key. */
  shutOut: z.array(id),
});
export type DataKeyState = z.infer<typeof dataKeyState>;

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
  'users.dataKey': query(administrators, none, dataKeyState),
  /**
   * Begins to encrypt the clinic anew under another data key, which goes on while people work. The recovery key
   * that the clinic will have is told this once; the former one is valid until then.
   */
  'users.changeDataKey': command(
    administrators,
    z.object({ passphrase }),
    z.object({ recoveryKey: z.string() }),
  ),
  /** Tries again, where a change of the data key stands still. */
  'users.resumeDataKey': command(administrators, none, none),
  /** Gives the change up: data key and recovery key stay what they were. */
  'users.keepDataKey': command(administrators, none, none),
  'users.dataKeyProgress': stream(administrators, none, z.object({ share: z.number() })),
} as const;

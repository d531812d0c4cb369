import type { UserSlot } from './key-slots.ts';
import type { AuditHead } from './repositories/audit.ts';
import type { UserKeys } from './user-keys.ts';

type Seen = NonNullable<UserSlot['seen']>;

/**
 * How far a user saw the audit log, signed by them: nobody else can have them say less, so a log whose
 * end was cut off, or which was written anew, is found even where the data key was used to do it.
 */
export function sealSeen(
  clinicId: string,
  userId: string,
  keys: UserKeys,
  { seq, hash }: AuditHead,
): Seen {
  const seen = { seq, hash: Buffer.from(hash).toString('base64') };
  const signature = keys.sign(seenText(clinicId, userId, seen)).toString('base64');
  return { ...seen, signature };
}

export function seenText(
  clinicId: string,
  userId: string,
  { seq, hash }: Omit<Seen, 'signature'>,
): Buffer {
  return Buffer.from(`dermaspike audit seen\0${JSON.stringify([clinicId, userId, seq, hash])}`);
}

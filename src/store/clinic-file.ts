import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { cipherName } from './connection.ts';
import { writeDurably } from './durable-file.ts';
import { asStoreError, StoreError } from './errors.ts';
import { highWaterMark } from './high-water.ts';
import { recoverySlot, type UserSlot, userSlot } from './key-slots.ts';
import { fold } from './words.ts';

/** Raised when an older program would misread the file: since the second a data key may be sealed for a user. */
const formatVersion = 2;

/** Who can open the clinic. */
const keys = z.object({ users: z.array(userSlot), recovery: recoverySlot });
export type Keys = z.infer<typeof keys>;

/** `clinic.json`: what must be known before there is a key. It holds no patient data. */
const clinicFile = z.object({
  format: z.int().min(1).max(formatVersion),
  clinicId: z.uuid(),
  clinicName: z.string().min(1),
  demo: z.boolean(),
  cipher: z.literal(cipherName),
  ...keys.shape,
  /**
   * The keys as they are about to be: they count if the database took part in the change. With a mark the data
   * key is another one, and they count if the database is encrypted under that.
   */
  pending: keys.extend({ change: z.uuid(), mark: highWaterMark.optional() }).optional(),
  /** Missing in the file of a clinic that no program of migration 7 has opened. */
  mark: highWaterMark.optional(),
});
export type ClinicFile = z.infer<typeof clinicFile>;
export type NewClinicFile = Omit<ClinicFile, 'format' | 'cipher'>;

export function clinicFilePath(folder: string): string {
  return path.join(folder, 'clinic.json');
}

export function databasePath(folder: string): string {
  return path.join(folder, 'clinic.db');
}

/** What is known of a change of the data key that is under way. */
export function keyChangePath(folder: string): string {
  return path.join(folder, 'clinic.db-key');
}

export function markPath(folder: string): string {
  return path.join(folder, 'clinic.db-mark');
}

export function changesPath(folder: string): string {
  return path.join(folder, 'clinic.db-changes');
}

/** Null when there is none. Throws `database-newer`, `database-damaged` and `no-access`. */
export function findClinicFile(folder: string): ClinicFile | null {
  const text = readText(clinicFilePath(folder));
  return text === null ? null : parseClinicFile(text);
}

/** Throws `database-newer` and `database-damaged`. */
export function parseClinicFile(text: string): ClinicFile {
  const content = parseJson(text);
  const version = z.object({ format: z.int() }).safeParse(content);
  if (version.success && version.data.format > formatVersion)
    throw new StoreError(
      'database-newer',
      'A newer Dermaspike made this clinic. Nothing was changed. Install the newest version, then open it.',
    );
  const parsed = clinicFile.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new StoreError(
    'database-damaged',
    'The file clinic.json, which holds the wrapped keys, is damaged. Restore it from a backup; without it the database cannot be opened.',
  );
}

/** Throws `no-clinic` when there is none. */
export function readClinicFile(folder: string): ClinicFile {
  const found = findClinicFile(folder);
  if (found) return found;
  throw new StoreError(
    'no-clinic',
    'There is no clinic in this data folder. Create one, or choose the folder that holds clinic.json.',
  );
}

export function writeClinicFile(folder: string, content: NewClinicFile): void {
  writeDurably(clinicFilePath(folder), clinicFileText(content));
}

export function clinicFileText(content: NewClinicFile): string {
  const { users, pending } = content;
  const isSealed = [...users, ...(pending?.users ?? [])].some(({ sealed }) => sealed);
  // What an older program can read it shall.
  const format = isSealed || pending?.mark ? formatVersion : 1;
  const head: Pick<ClinicFile, 'format' | 'cipher'> = { format, cipher: cipherName };
  const whole: ClinicFile = Object.assign(head, content, { format });
  const checked = { ...whole, check: checksum(whole) };
  return `${JSON.stringify(checked, null, 2)}\n`;
}

/**
 * Whether clinic.json is not as it was written, which needs no key to tell. It may open all the same:
 * slots prove themselves. One of before there were checksums is taken as it is.
 */
export function isClinicFileChanged(folder: string): boolean {
  return isClinicTextChanged(readText(clinicFilePath(folder)) ?? '');
}

/** The same of a copy of it. */
export function isClinicTextChanged(text: string): boolean {
  const content = parseJson(text);
  if (!content || typeof content !== 'object' || !('check' in content)) return false;
  const { check, ...whole } = content;
  return check !== checksum(whole);
}

/** Of what is to be written as JSON: tells damage, and proves nothing. */
export function checksum(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** Two names that differ only in case, marks or blanks are the same login name. */
export function loginName(name: string): string {
  return fold(name).trim().replace(/\s+/g, ' ');
}

export function findUserSlot(slots: readonly UserSlot[], userName: string): UserSlot | undefined {
  return slots.find((slot) => loginName(slotName(slot)) === loginName(userName));
}

/** What its user is called now. */
export const slotName = ({ currentName, userName }: UserSlot): string => currentName ?? userName;

/** The file with `slot` in place of the user's former one, or of one that nobody has any more. */
export function withUserSlot<F extends Keys>(file: F, slot: UserSlot): F {
  const name = loginName(slotName(slot));
  const others = file.users.filter(
    (other) => other.userId !== slot.userId && loginName(slotName(other)) !== name,
  );
  return { ...file, users: [...others, slot] };
}

export function withoutUser<F extends Keys>(file: F, userId: string): F {
  return { ...file, users: file.users.filter((slot) => slot.userId !== userId) };
}

/** The file with its pending change done, if it is one of those that were, and else dropped. */
export function settled(
  { pending, ...file }: NewClinicFile,
  ...done: readonly (string | null | undefined)[]
): NewClinicFile {
  if (!pending || !done.includes(pending.change)) return file;
  const { users, recovery, mark } = pending;
  return { ...file, users, recovery, ...(mark && { mark }) };
}

/** Null where there is no such file, and nothing in the way of one. */
function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // What fails once the file is open, as where a folder is in its place, does not say which one it is.
    if (error instanceof Error) Object.assign(error, { path: file });
    const known = asStoreError(error);
    if (known instanceof StoreError) throw known;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

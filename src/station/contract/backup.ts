import { z } from 'zod';
import { backupSchedule, id, instant, keptBackup } from '../../clinic/entities/index.ts';
import { anyone, backupKeepers, command, everyUser, none, query, stream } from './procedures.ts';
import { sessionState } from './session.ts';
import { passphrase } from './users.ts';

/** A path on the computer that the station runs on. */
const folder = z.string().trim().min(1).max(1000);

const backupState = z.object({
  /** Where this computer backs up to. */
  folder: z.string().nullable(),
  /** Why the medium cannot be used just now. */
  problem: z.string().nullable(),
  /** Those on the medium, the newest first. */
  kept: z.array(keptBackup),
  lastAt: instant.nullable(),
  lastProofAt: instant.nullable(),
  /** By the schedule; null where nothing is planned. */
  nextAt: instant.nullable(),
  schedule: backupSchedule,
  running: z.object({ what: z.enum(['make', 'prove']), share: z.number() }).nullable(),
  /** The last attempt, where it failed. */
  failure: z.object({ at: instant, message: z.string() }).nullable(),
});
export type BackupState = z.infer<typeof backupState>;

const backupReminder = z.object({
  what: z.enum(['no-folder', 'failed', 'late', 'damaged', 'proof-late']),
  /** When the clinic was last backed up, or a backup last proven; null: never. */
  since: instant.nullable(),
});
export type BackupReminder = z.infer<typeof backupReminder>;

const foundBackups = z.object({
  folder: z.string(),
  clinicName: z.string(),
  /** Who could open it when the newest backup was made. */
  userNames: z.array(z.string()),
  backups: z.array(keptBackup),
  /** The clinic on this computer that would be set aside. */
  replaces: z.string().nullable(),
});
export type FoundBackups = z.infer<typeof foundBackups>;

export const backupProcedures = {
  'backup.state': query(backupKeepers, none, backupState),
  /** What is to be looked after, the most urgent; null: nothing. */
  'backup.reminder': query(everyUser, none, backupReminder.nullable()),
  /** Chooses where this computer backs up to. Nothing is written there yet. */
  'backup.choose': command(backupKeepers, z.object({ folder }), none),
  'backup.setSchedule': command(backupKeepers, backupSchedule, backupSchedule),
  /** Backs up now. Goes on when the caller leaves. */
  'backup.make': command(backupKeepers, none, z.object({ newBytes: z.int() })),
  /** Proves a backup by restoring it aside, with one's own passphrase as on another computer. */
  'backup.prove': command(backupKeepers, z.object({ id, passphrase }), none),
  /** Stops what is running; nothing of it stays. */
  'backup.stop': command(backupKeepers, none, none),
  'backup.progress': stream(
    backupKeepers,
    none,
    z.object({ what: z.enum(['make', 'prove']), share: z.number() }),
  ),
  /** Backs up if the clinic is open and its schedule says so: asked by a shell that is about to end. */
  'backup.beforeLeaving': command(
    anyone,
    none,
    z.object({ outcome: z.enum(['made', 'not-needed', 'failed']), message: z.string().nullable() }),
  ),
  /** What a folder holds that could be restored; without one, where this computer backs up to. */
  'restore.look': query(anyone, z.object({ folder: folder.optional() }), foundBackups),
  /**
   * Locks the clinic and restores a backup in its place; the clinic as it was is set aside, and kept. Where
   * there is one, for an administrator of the backup or by the recovery key. Stops when the caller leaves.
   */
  'restore.run': command(
    anyone,
    z.object({
      folder,
      id,
      access: z.union([
        z.object({ userName: z.string().max(100), passphrase }),
        z.object({ recoveryKey: z.string().max(200) }),
      ]),
    }),
    sessionState,
  ),
  'restore.progress': stream(anyone, none, z.object({ share: z.number() })),
} as const;

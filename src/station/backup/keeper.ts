import path from 'node:path';
import { v7 as newId } from 'uuid';
import type { KeptBackup } from '../../clinic/entities/index.ts';
import {
  type Backup,
  BackupError,
  type BackupResult,
  type ClinicStore,
  erasedListFile,
  isReadable,
  lookAtMedium,
  proveBackup,
  type UnreadableBackup,
} from '../../store/index.ts';
import { Broadcast, isFurther } from '../changes.ts';
import type { Clinics } from '../clinics.ts';
import type { BackupReminder, BackupState, Topic } from '../contract/index.ts';
import { StationError } from '../errors.ts';
import { type Work, workUntil } from '../session.ts';
import { assertUsable, keepBackupFolder, readBackupFolder } from './folder.ts';
import { clearProofs, proofFolder } from './proofs.ts';
import { nextBackup, reminderOf } from './schedule.ts';
import { soon } from './soon.ts';

type Job = 'make' | 'prove';

interface Running {
  readonly what: Job;
  readonly abort: AbortController;
  readonly done: Promise<unknown>;
  share: number;
}

const lookEveryMs = 30_000;

/** Backs the open clinic up, by hand, by its schedule and before leaving, one thing at a time. */
export class BackupKeeper {
  readonly progress = new Broadcast<{ what: Job; share: number }>();
  readonly #clinics: Clinics;
  readonly #dataFolder: string;
  readonly #version: string;
  readonly #changed: Broadcast<readonly Topic[]>;
  readonly #timer: NodeJS.Timeout;
  #running: Running | undefined;
  /** Why the last attempt for this clinic failed. */
  #failure: { at: string; message: string } | null = null;

  constructor(
    clinics: Clinics,
    dataFolder: string,
    version: string,
    changed: Broadcast<readonly Topic[]>,
  ) {
    this.#clinics = clinics;
    this.#dataFolder = dataFolder;
    this.#version = version;
    this.#changed = changed;
    this.#timer = setInterval(() => this.look(), lookEveryMs);
  }

  async state({ store, assertOpen }: Work): Promise<BackupState> {
    const folder = readBackupFolder(this.#dataFolder);
    const { kept, problem } = folder
      ? await soon(lookAtMedium(folder)).then(
          (backups) => ({ kept: backups.map(asKept), problem: null }),
          (error: Error) => ({ kept: [], problem: error.message }),
        )
      : { kept: [], problem: null };
    assertOpen();
    const schedule = store.settings.backupSchedule();
    const newest = kept.find(({ unreadable }) => unreadable === null);
    const lastAt = latest(newest?.madeAt, store.audit.lastBackup('make'));
    const { audit } = store;
    const running = this.#running && { what: this.#running.what, share: this.#running.share };
    return {
      folder,
      problem,
      kept,
      lastAt,
      lastProofAt: audit.lastBackup('prove'),
      nextAt: folder
        ? nextBackup({ schedule, lastAt, failedAt: this.#failure?.at ?? null, now: store.now() })
        : null,
      schedule,
      running: running ?? null,
      failure: this.#failure,
    };
  }

  reminder(): BackupReminder | null {
    const { isDemo, store } = this.#clinics;
    if (isDemo) return null;
    const { audit } = store;
    return reminderOf({
      schedule: store.settings.backupSchedule(),
      hasFolder: readBackupFolder(this.#dataFolder) !== null,
      hasFailed: this.#failure !== null,
      beganAt: audit.beganAt(),
      lastAt: audit.lastBackup('make'),
      lastProofAt: audit.lastBackup('prove'),
      lastDamageAt: audit.lastBackup('damaged'),
      now: store.now(),
    });
  }

  async choose({ store, userId, assertOpen }: Work, folder: string): Promise<void> {
    this.#assertOwnClinic();
    const chosen = path.resolve(folder);
    await soon(assertUsable(this.#dataFolder, folder));
    assertOpen();
    keepBackupFolder(this.#dataFolder, chosen);
    this.#failure = null;
    store.audit.append({ userId, action: 'backup.folder', subject: 'of:this-computer' });
    this.#changed.emit(['backups']);
  }

  make(work: Work<string | null>): Promise<BackupResult> {
    this.#assertOwnClinic();
    const { store } = work;
    const folder = this.#chosenFolder();
    return this.#run('make', store, async (given) => {
      const made = await store.backUp(folder, this.#version, {
        ...given,
        erasedList: erasedListFile(this.#dataFolder),
      });
      this.#enter(work, 'backup.make', made.id);
      return made;
    });
  }

  /** As on another computer: with a passphrase alone. */
  prove(work: Work, id: string, passphrase: string): Promise<void> {
    this.#assertOwnClinic();
    const { store, userId } = work;
    const userName = store.accounts.get(userId).name;
    const folder = this.#chosenFolder();
    return this.#run('prove', store, async (given) => {
      await clearProofs(this.#dataFolder);
      const access = { userName, passphrase };
      const scratch = path.join(proofFolder(this.#dataFolder), newId());
      try {
        const { auditIntact } = await proveBackup(folder, scratch, { ...given, id, access });
        if (!auditIntact)
          throw new BackupError(
            'backup-damaged',
            'The backup came back whole, but its audit log does not fit its records, as in the clinic itself. Verify the audit log under Settings.',
          );
        this.#enter(work, 'backup.prove', id);
      } catch (error) {
        if (error instanceof BackupError && error.code === 'backup-damaged')
          this.#enter(work, 'backup.damaged', id);
        throw error;
      } finally {
        await clearProofs(this.#dataFolder);
      }
    });
  }

  stop(): void {
    this.#running?.abort.abort();
  }

  /** Begins a backup if one is due. Called every now and then. */
  look(): void {
    if (!this.#clinics.isOpen || this.#clinics.isDemo || this.#running) return;
    const { store } = this.#clinics;
    if (!readBackupFolder(this.#dataFolder)) return;
    const now = store.now();
    const at = nextBackup({
      schedule: store.settings.backupSchedule(),
      lastAt: store.audit.lastBackup('make'),
      failedAt: this.#failure?.at ?? null,
      now,
    });
    // What goes wrong is kept, and shown.
    if (at !== null && at <= now.toISOString()) this.make(this.#byItself()).catch(() => {});
  }

  async beforeLeaving(): Promise<{
    outcome: 'made' | 'not-needed' | 'failed';
    message: string | null;
  }> {
    if (!this.#isWantedOnLeaving()) return { outcome: 'not-needed', message: null };
    try {
      if (this.#running?.what === 'make') await this.#running.done;
      else {
        this.stop();
        await this.#running?.done.catch(() => {});
        await this.make(this.#byItself());
      }
      return { outcome: 'made', message: null };
    } catch (error) {
      const isTold = error instanceof Error && 'code' in error;
      return { outcome: 'failed', message: isTold ? error.message : null };
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.stop();
  }

  /** Not where nothing was done since the last one. */
  #isWantedOnLeaving(): boolean {
    if (!this.#clinics.isOpen || this.#clinics.isDemo) return false;
    const { store } = this.#clinics;
    if (!store.settings.backupSchedule().onLeaving || !readBackupFolder(this.#dataFolder))
      return false;
    return store.audit.list(1)[0]?.action !== 'backup.make';
  }

  /** What nobody asked for. */
  #byItself(): Work<null> {
    return workUntil(this.#clinics.untilClosed, this.#clinics.store, null);
  }

  #assertOwnClinic(): void {
    if (this.#clinics.isDemo)
      throw new StationError(
        'not-allowed',
        'The demo clinic is drawn anew when it is lost, and is not backed up. Leave it, and unlock your own clinic.',
      );
  }

  /** In the name of who began it, while they are at their screen. */
  #enter({ store, userId, untilLocked }: Work<string | null>, action: string, id: string): void {
    this.#clinics.assertOpen(store);
    const by = untilLocked.aborted ? null : userId;
    store.audit.append({ userId: by, action, subject: `backup:${id}` });
  }

  #chosenFolder(): string {
    const folder = readBackupFolder(this.#dataFolder);
    if (folder) return folder;
    throw new BackupError('backup-place', 'Choose the folder to back up to first.');
  }

  #run<T>(
    what: Job,
    store: ClinicStore,
    work: (given: {
      readonly signal: AbortSignal;
      readonly onProgress: (share: number) => void;
    }) => Promise<T>,
  ): Promise<T> {
    if (this.#running)
      throw new StationError(
        'not-allowed',
        'A backup is being made or proven already. Wait until that is done, or stop it.',
      );
    const abort = new AbortController();
    const onProgress = (share: number) => {
      if (!isFurther(share, running.share)) return;
      running.share = share;
      this.progress.emit({ what, share });
    };
    const done = (async () => {
      try {
        const result = await work({ signal: abort.signal, onProgress });
        this.#failure = null;
        return result;
      } catch (error) {
        if (isTrouble(error))
          this.#failure = {
            at: store.now().toISOString(),
            message:
              error instanceof Error && 'code' in error ? error.message : 'It failed inside.',
          };
        throw error;
      } finally {
        this.#running = undefined;
        this.#changed.emit(['backups']);
      }
    })();
    const running: Running = { what, abort, done, share: 0 };
    this.#running = running;
    this.#changed.emit(['backups']);
    return done;
  }
}

/** Not what a person did: a stop, a lock, a wrong passphrase. */
function isTrouble(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return !/^(cancelled|locked|changed-meanwhile|wrong-passphrase)$/.test(code);
}

export function asKept(backup: Backup | UnreadableBackup): KeptBackup {
  const { id, madeAt } = backup;
  if (isReadable(backup)) {
    const { sizeBytes, proof } = backup;
    return { id, madeAt, unreadable: null, sizeBytes, proof };
  }
  const unreadable = backup.reason.code === 'backup-newer' ? 'newer' : 'damaged';
  return { id, madeAt, unreadable, sizeBytes: 0, proof: null };
}

function latest(one: string | undefined, other: string | null): string | null {
  return one !== undefined && (other === null || one > other) ? one : other;
}

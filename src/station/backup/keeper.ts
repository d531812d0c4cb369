import path from 'node:path';
import { v7 as newId } from 'uuid';
import type { KeptBackup } from '../../clinic/entities/index.ts';
import {
  type Backup,
  BackupError,
  type BackupResult,
  type ClinicStore,
  listBackups,
  proveBackup,
} from '../../store/index.ts';
import { Broadcast } from '../changes.ts';
import type { BackupReminder, BackupState, Topic } from '../contract/index.ts';
import { StationError } from '../errors.ts';
import type { Session } from '../session.ts';
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
  readonly #session: Session;
  readonly #dataFolder: string;
  readonly #version: string;
  readonly #changed: Broadcast<readonly Topic[]>;
  readonly #timer: NodeJS.Timeout;
  #running: Running | undefined;
  /** Why the last attempt for this clinic failed. */
  #failure: { at: string; message: string } | null = null;

  constructor(
    session: Session,
    dataFolder: string,
    version: string,
    changed: Broadcast<readonly Topic[]>,
  ) {
    this.#session = session;
    this.#dataFolder = dataFolder;
    this.#version = version;
    this.#changed = changed;
    this.#timer = setInterval(() => this.look(), lookEveryMs);
    this.#timer.unref();
  }

  async state(): Promise<BackupState> {
    const { store } = this.#session;
    const folder = readBackupFolder(this.#dataFolder);
    const { kept, problem } = folder
      ? await soon(listBackups(folder)).then(
          (backups) => ({ kept: backups.map(asKept), problem: null }),
          (error: Error) => ({ kept: [], problem: error.message }),
        )
      : { kept: [], problem: null };
    this.#session.assertOpen(store);
    const schedule = store.settings.backupSchedule();
    const lastAt = latest(kept[0]?.madeAt, store.audit.lastBackup('make'));
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
    if (this.#session.isDemo) return null;
    const { store } = this.#session;
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

  async choose(folder: string): Promise<void> {
    const { store, user } = this.#ownClinic();
    const chosen = path.resolve(folder);
    await soon(assertUsable(this.#dataFolder, folder));
    this.#session.assertOpen(store);
    keepBackupFolder(this.#dataFolder, chosen);
    this.#failure = null;
    store.audit.append({ userId: user.id, action: 'backup.folder', subject: 'of:this-computer' });
    this.#changed.emit(['backups']);
  }

  /** By a user; by the program, where none is given. */
  make(userId: string | null): Promise<BackupResult> {
    const { store } = this.#ownClinic();
    const folder = this.#chosenFolder();
    return this.#run('make', async (given) => {
      const made = await store.backUp(folder, this.#version, given);
      this.#enter(store, userId, 'backup.make', made.id);
      return made;
    });
  }

  /** As on another computer: with a passphrase alone. */
  prove(id: string, passphrase: string): Promise<void> {
    const { store, user } = this.#ownClinic();
    const folder = this.#chosenFolder();
    return this.#run('prove', async (given) => {
      await clearProofs(this.#dataFolder);
      const access = { userName: user.name, passphrase };
      const scratch = path.join(proofFolder(this.#dataFolder), newId());
      try {
        const { auditIntact } = await proveBackup(folder, scratch, { ...given, id, access });
        if (!auditIntact)
          throw new BackupError(
            'backup-damaged',
            'The backup came back whole, but its audit log does not fit its records, as in the clinic itself. Verify the audit log under Settings.',
          );
        this.#enter(store, user.id, 'backup.prove', id);
      } catch (error) {
        if (error instanceof BackupError && error.code === 'backup-damaged')
          this.#enter(store, user.id, 'backup.damaged', id);
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
    if (!this.#session.isUnlocked || this.#session.isDemo || this.#running) return;
    const { store } = this.#session;
    if (!readBackupFolder(this.#dataFolder)) return;
    const now = store.now();
    const at = nextBackup({
      schedule: store.settings.backupSchedule(),
      lastAt: store.audit.lastBackup('make'),
      failedAt: this.#failure?.at ?? null,
      now,
    });
    // What goes wrong is kept, and shown.
    if (at !== null && at <= now.toISOString()) this.make(null).catch(() => {});
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
        await this.make(null);
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
    if (!this.#session.isUnlocked || this.#session.isDemo) return false;
    const { store } = this.#session;
    if (!store.settings.backupSchedule().onLeaving || !readBackupFolder(this.#dataFolder))
      return false;
    return store.audit.list(1)[0]?.action !== 'backup.make';
  }

  #ownClinic() {
    const { store, user } = this.#session;
    if (this.#session.isDemo)
      throw new StationError(
        'not-allowed',
        'The demo clinic is drawn anew when it is lost, and is not backed up. Leave it, and unlock your own clinic.',
      );
    return { store, user };
  }

  #enter(store: ClinicStore, userId: string | null, action: string, id: string): void {
    this.#session.assertOpen(store);
    store.audit.append({ userId, action, subject: `backup:${id}` });
  }

  #chosenFolder(): string {
    const folder = readBackupFolder(this.#dataFolder);
    if (folder) return folder;
    throw new BackupError('backup-place', 'Choose the folder to back up to first.');
  }

  #run<T>(
    what: Job,
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
    const { store } = this.#session;
    const abort = new AbortController();
    const onProgress = (share: number) => {
      if (Math.floor(share * 200) === Math.floor(running.share * 200)) return;
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

export function asKept({ id, madeAt, sizeBytes, program, proof }: Backup): KeptBackup {
  return { id, madeAt, sizeBytes, program, proof };
}

function latest(one: string | undefined, other: string | null): string | null {
  return one !== undefined && (other === null || one > other) ? one : other;
}

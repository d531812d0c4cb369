import type { ClinicStore } from '../store/index.ts';
import { Broadcast, isFurther } from './changes.ts';
import type { Clinics } from './clinics.ts';
import type { DataKeyState, Topic } from './contract/index.ts';
import type { Work } from './session.ts';

/**
 * Changes the clinic's data key for the screens, while they are used, and goes on at each unlocking with what a
 * lock or a crash broke off.
 */
export class DataKeyKeeper {
  readonly progress = new Broadcast<{ share: number }>();
  readonly #clinics: Clinics;
  readonly #changed: Broadcast<readonly Topic[]>;
  #share = 0;
  /** Why it stands still, where it does. */
  #failure: string | null = null;

  constructor(clinics: Clinics, changed: Broadcast<readonly Topic[]>) {
    this.#clinics = clinics;
    this.#changed = changed;
    changed.subscribe((topics) => {
      if (topics.includes('session') && clinics.isOpen) void this.#finish(clinics.store);
    });
  }

  state(store: ClinicStore): DataKeyState {
    const { pending } = store.dataKeyChange;
    return {
      changedAt: store.audit.last('dataKey')?.at ?? null,
      change: pending && { ...pending, share: this.#share, failure: this.#failure },
      shutOut: store.accounts.shutOut().map(({ id }) => id),
    };
  }

  /** Returns the recovery key that the clinic will have. */
  async begin({ store, userId, assertOpen }: Work): Promise<string> {
    this.#share = 0;
    const recoveryKey = await store.dataKeyChange.begin(userId);
    assertOpen();
    void this.#finish(store);
    return recoveryKey;
  }

  /** Tries again what failed. */
  goOn({ store }: Work): void {
    void this.#finish(store);
  }

  async giveUp({ store, userId }: Work): Promise<void> {
    await store.dataKeyChange.giveUp(userId);
    this.#changed.emit(['users']);
  }

  async #finish(store: ClinicStore): Promise<void> {
    if (!store.dataKeyChange.pending) return;
    this.#failure = null;
    this.#changed.emit(['users']);
    try {
      await store.dataKeyChange.finish({ onProgress: (share) => this.#tell(share) });
    } catch (error) {
      const isStopped = error instanceof Error && error.name === 'AbortError';
      const isTold = error instanceof Error && 'code' in error;
      if (!isStopped) this.#failure = isTold ? error.message : 'It failed inside.';
    }
    if (this.#clinics.isOpen) this.#changed.emit(['users', 'backups']);
  }

  #tell(share: number): void {
    if (!isFurther(share, this.#share)) return;
    this.#share = share;
    this.progress.emit({ share });
  }
}

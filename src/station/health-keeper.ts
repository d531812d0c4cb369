import type { ClinicStore, HealthVerdict } from '../store/index.ts';
import { Broadcast, isFurther } from './changes.ts';
import type { HealthState, Topic } from './contract/index.ts';
import type { Work } from './session.ts';

/** Has the open clinic looked through for the screens, once at a time; whoever asks meanwhile gets the same answer. */
export class HealthKeeper {
  readonly progress = new Broadcast<{ share: number }>();
  readonly #changed: Broadcast<readonly Topic[]>;
  #running: { readonly store: ClinicStore; readonly done: Promise<HealthVerdict> } | undefined;
  #share = 0;

  constructor(changed: Broadcast<readonly Topic[]>) {
    this.#changed = changed;
  }

  state(store: ClinicStore): HealthState {
    const last = store.audit.last('check');
    return {
      last: last && { at: last.at, problems: Number(last.subject.split(':')[1]) },
      running: this.#running?.store === store ? { share: this.#share } : null,
    };
  }

  /** Ends when the clinic is locked on every screen. */
  async check(work: Work): Promise<HealthVerdict> {
    const { store } = work;
    if (this.#running?.store !== store) {
      this.#share = 0;
      const done = this.#look(work).finally(() => {
        if (this.#running?.store === store) this.#running = undefined;
        this.#changed.emit(['health']);
      });
      this.#running = { store, done };
      this.#changed.emit(['health']);
    }
    try {
      return await this.#running.done;
    } finally {
      work.assertOpen();
    }
  }

  async #look({ store, userId, untilLocked }: Work): Promise<HealthVerdict> {
    const verdict = await store.checkHealth({ onProgress: (share) => this.#tell(share) });
    const found = verdict.problemsInAll + (verdict.audit?.problemsInAll ?? 0);
    // In the name of who began it, while they are at their screen.
    const by = untilLocked.aborted ? null : userId;
    store.audit.append({ userId: by, action: 'clinic.check', subject: `found:${found}` });
    return verdict;
  }

  #tell(share: number): void {
    if (!isFurther(share, this.#share)) return;
    this.#share = share;
    this.progress.emit({ share });
  }
}

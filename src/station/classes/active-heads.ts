import type { ShippedModel } from '../../clinic/model.ts';
import {
  atMelanomaThreshold,
  type ScoringHead,
  shippedScoring,
  storedScoring,
} from '../../clinic/scoring.ts';
import { SnnError } from '../../snn/index.ts';
import type { ClinicStore } from '../../store/index.ts';

export interface ActiveHeadState {
  readonly head: ScoringHead;
  /** Of the version; `null`: the shipped head. */
  readonly number: number | null;
  /** A version is active but cannot read: it stands on another network. The shipped head reads. */
  readonly isLost: boolean;
}

/** The heads of an open clinic, as what scores; each is read from the store once. */
export class ActiveHeads {
  readonly model: ShippedModel;
  readonly shipped: ScoringHead;
  readonly #read = new WeakMap<ClinicStore, Map<string, ScoringHead>>();

  constructor(model: ShippedModel) {
    this.model = model;
    this.shipped = shippedScoring(model);
  }

  /** What reads in this clinic now. */
  active(store: ClinicStore): ActiveHeadState {
    const active = store.headVersions.active();
    if (!active || active.number === null) {
      return { head: here(store, this.shipped), number: null, isLost: false };
    }
    const head = this.find(store, active.headSha256);
    return head
      ? { head, number: active.number, isLost: false }
      : { head: here(store, this.shipped), number: null, isLost: true };
  }

  /** `undefined` where it stands on another network or on another shipped head. */
  find(store: ClinicStore, sha256: string): ScoringHead | undefined {
    if (sha256 === this.shipped.sha256) return here(store, this.shipped);
    const read = this.#read.get(store) ?? new Map<string, ScoringHead>();
    this.#read.set(store, read);
    const known = read.get(sha256);
    if (known) return here(store, known);
    try {
      const head = storedScoring(this.model, store.models.getHead(sha256).json);
      read.set(sha256, head);
      return here(store, head);
    } catch (error) {
      if (error instanceof SnnError) return undefined;
      throw error;
    }
  }

  /** Drops what was read of this clinic's heads: some may have been erased. */
  forget(store: ClinicStore): void {
    this.#read.delete(store);
  }

  /** Stores a head with the classes that it names, and its network, so that readings can refer to it. */
  put(store: ClinicStore, head: ScoringHead): void {
    const { name, sha256, card } = this.model;
    store.models.putNetwork({ name, sha256, card });
    store.models.putHead({
      name: head.name,
      sha256: head.sha256,
      networkSha256: head.networkSha256,
      json: head.file,
      classes: head.classes.map(({ code, name, gravity }) => ({ code, name, gravity })),
    });
  }
}

/** With this clinic's own operating point of melanoma, where its images asked for one. */
function here(store: ClinicStore, head: ScoringHead): ScoringHead {
  const { networkSha256, sha256: headSha256 } = head;
  const found = store.commissioning.newest({ networkSha256, headSha256 });
  return atMelanomaThreshold(head, found?.melanomaThreshold ?? null);
}

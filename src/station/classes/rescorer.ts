import { setImmediate } from 'node:timers/promises';
import type { ReadingSummary, Rescoring } from '../../clinic/entities/index.ts';
import { type Score, type ScoringHead, scoreCounts } from '../../clinic/scoring.ts';
import type { ClinicStore, RescoredItem, RescoringItem } from '../../store/index.ts';
import type { Broadcast } from '../changes.ts';
import type { Clinics } from '../clinics.ts';
import type { Topic } from '../contract/index.ts';
import { type Work, workUntil } from '../session.ts';
import type { ActiveHeads } from './active-heads.ts';

/** Readings in a transaction: few enough that the station answers between two of them. */
const BATCH = 2_000;

/** Reads an image of an older network again, when nobody waits for anything else. */
export type ReadAgain = (work: Work<null>, imageId: string) => Promise<unknown>;

/**
 * Brings the archive up to the head that reads, in the background, from stored spike counts. How far
 * it is stands in the store with what it found, so after a lock or a crash it goes on from there.
 */
export class Rescorer {
  readonly #clinics: Clinics;
  readonly #heads: ActiveHeads;
  readonly #changed: Broadcast<readonly Topic[]>;
  readonly #readAgain: ReadAgain;
  #running: Promise<void> | undefined;

  constructor(
    clinics: Clinics,
    heads: ActiveHeads,
    changed: Broadcast<readonly Topic[]>,
    readAgain: ReadAgain,
  ) {
    this.#clinics = clinics;
    this.#heads = heads;
    this.#changed = changed;
    this.#readAgain = readAgain;
    changed.subscribe((topics) => {
      if (topics.includes('session') && clinics.isOpen) this.wake();
    });
  }

  /** Goes on with the newest job, if there is one that is not done. */
  wake(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when there is nothing more to do just now. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    if (!this.#clinics.isOpen) return;
    const { store, untilClosed } = this.#clinics;
    for (;;) {
      await setImmediate();
      if (untilClosed.aborted) return;
      const job = store.rescorings.newest();
      if (!job || job.endedAt !== null || job.isPaused) return;
      const head = this.#heads.find(store, job.headSha256);
      const items = head ? store.rescorings.next(job, BATCH) : [];
      if (!head || items.length === 0) {
        store.rescorings.end(job.seq);
        this.#changed.emit(['classes', 'readings', 'images']);
        return;
      }
      await this.#readOlder(items, workUntil(untilClosed, store, null));
      if (untilClosed.aborted) return;
      this.#score(store, job, head, items);
      this.#changed.emit(['classes']);
    }
  }

  #score(
    store: ClinicStore,
    job: Rescoring,
    head: ScoringHead,
    items: readonly RescoringItem[],
  ): void {
    const former = this.#heads.find(store, job.fromHeadSha256);
    const rescored = items.flatMap((item) =>
      item.networkSha256 === head.networkSha256 ? rescoredItem(item, head, former) : [],
    );
    store.rescorings.keep(job, rescored, items);
  }

  /** An older network's counts mean nothing to this head. */
  async #readOlder(items: readonly RescoringItem[], work: Work<null>): Promise<void> {
    const { sha256 } = this.#heads.model;
    for (const { imageId, networkSha256 } of items) {
      if (networkSha256 === sha256 || work.untilLocked.aborted) continue;
      // An image that cannot be read now keeps the reading that it has.
      await this.#readAgain(work, imageId).catch(() => {});
    }
  }
}

/** What a head makes of a reading, beside what was said before. */
export function rescoredItem(
  item: RescoringItem,
  head: ScoringHead,
  former: ScoringHead | undefined,
): RescoredItem {
  const before = summaryOf(item.before, former);
  const known = item.after && summaryOf(item.after, head);
  if (known) return { item, score: null, before, after: known };
  const score = scoreCounts(head, item.counts, item.unfamiliarity, item.qualityWarnings);
  return { item, score, before, after: scoreSummary(head, score) };
}

function scoreSummary({ classes }: ScoringHead, { probabilities, verdict }: Score): ReadingSummary {
  let first = 0;
  for (const [index, p] of probabilities.entries()) {
    if (p > (probabilities[first] ?? 0)) first = index;
  }
  return {
    kind: verdict.kind,
    code: classes[first]?.code ?? '',
    probability: probabilities[first] ?? 0,
    malignancy: verdict.malignancy,
  };
}

function summaryOf(said: RescoringItem['before'], head: ScoringHead | undefined): ReadingSummary {
  const verdict = JSON.parse(said.verdict);
  if (said.probabilities && head) {
    return scoreSummary(head, { probabilities: said.probabilities, advice: null, verdict });
  }
  const first = said.first === null ? { code: '', probability: 0 } : JSON.parse(said.first);
  return {
    kind: verdict.kind,
    code: first.code,
    probability: first.probability,
    malignancy: verdict.malignancy,
  };
}

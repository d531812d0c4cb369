import path from 'node:path';
import type {
  ClassEvaluation,
  ErasedListState,
  ErasureReason,
  ErasureSubject,
  HeadVersion,
  User,
} from '../clinic/entities/index.ts';
import { type ClinicStore, erasedListFile, listSetAside, setAsideFolder } from '../store/index.ts';
import { needsSecondUser } from './access.ts';
import type { Broadcast } from './changes.ts';
import type { ActiveHeads } from './classes/active-heads.ts';
import { learnAnew } from './classes/learning.ts';
import type { Rescorer } from './classes/rescorer.ts';
import type { Clinics } from './clinics.ts';
import { mayCall, type Topic } from './contract/index.ts';
import { StationError } from './errors.ts';
import type { Work } from './session.ts';

/** What lists show when something was erased: all of them. */
const topics = [
  ...(['erasures', 'patients', 'lesions', 'images', 'readings', 'reviews'] as const),
  ...(['drafts', 'classes', 'copies'] as const),
];

interface LearnedAgain extends NonNullable<Awaited<ReturnType<typeof learnAnew>>> {
  /** Why the one before was approved although classes fell. */
  readonly reason: string | null;
}

interface Order {
  readonly subject: ErasureSubject;
  readonly reason: ErasureReason;
  readonly second: { readonly userId: string; readonly passphrase: string } | null;
}

/** Erases for the screens, and goes on at each unlocking with what a lock or a crash broke off. */
export class Eraser {
  readonly #copies: string;
  readonly #clinics: Clinics;
  readonly #heads: ActiveHeads;
  readonly #rescorer: Rescorer;
  readonly #changed: Broadcast<readonly Topic[]>;

  constructor(
    clinics: Clinics,
    heads: ActiveHeads,
    rescorer: Rescorer,
    changed: Broadcast<readonly Topic[]>,
  ) {
    this.#copies = setAsideFolder(clinics.dataFolder);
    this.#clinics = clinics;
    this.#heads = heads;
    this.#rescorer = rescorer;
    this.#changed = changed;
    changed.subscribe((topics) => {
      if (topics.includes('session') && clinics.isOpen) void this.#finish(clinics.store);
    });
  }

  /** What an older backup brought back although it was erased. */
  cameBack(store: ClinicStore): Promise<ErasureSubject[]> {
    return store.erasures.cameBack(this.#list);
  }

  listState(store: ClinicStore): Promise<ErasedListState> {
    return store.erasures.listState(this.#list);
  }

  async mendList({ store, userId }: Work): Promise<void> {
    await store.erasures.mendList(this.#list, userId);
    this.#changed.emit(['erasures']);
  }

  get #list(): string {
    return erasedListFile(path.dirname(this.#copies));
  }

  plan({ store, userId }: Work, subject: ErasureSubject) {
    const plan = store.erasures.plan(subject);
    const copies = listSetAside(this.#copies).filter(({ madeAt }) => madeAt >= plan.since);
    const seconds = needsSecondUser(store, 'erasures.erase')
      ? othersWhoMay(store, userId).map(({ id, name }) => ({ id, name }))
      : [];
    return { plan, copies: copies.length, seconds };
  }

  async erase(work: Work, { subject, reason, second }: Order, signal: AbortSignal) {
    const { store, userId } = work;
    const { versions } = store.erasures.plan(subject);
    const approver = await this.#approver(work, subject, second);
    const active = versions.find(({ state }) => state === 'active');
    const anew = active ? await this.#learnAnew(store, active.number, subject, signal) : null;
    work.assertOpen();
    const former = this.#heads.active(store).head.sha256;
    const secondUserId = approver?.userId ?? null;
    const erase = () => {
      const done = store.erasures.erase({ subject, reason, userId, secondUserId }, () => {
        if (active) this.#letReadOn(work, secondUserId ?? userId, former, anew);
      });
      // The second one saw the log as far as their entry.
      store.accounts.noteSeen();
      return done;
    };
    const { id } = approver ? store.audit.signedBy(approver.userId, approver.keys, erase) : erase();
    this.#heads.forget(store);
    this.#changed.emit(topics);
    if (active) this.#rescorer.wake();
    await this.#finish(store);
    this.#clinics.assertOpen(store);
    return store.erasures.get(id);
  }

  /** What is left to do is done at the next unlocking, should it fail now. */
  async #finish(store: ClinicStore): Promise<void> {
    if (!store.erasures.isPending) return;
    await store.erasures.finish(this.#copies).catch(() => {});
    this.#changed.emit(['erasures', 'copies']);
  }

  async #approver(work: Work, { kind, id }: ErasureSubject, second: Order['second']) {
    const { store, userId } = work;
    if (!needsSecondUser(store, 'erasures.erase')) return undefined;
    const found = othersWhoMay(store, userId).find((each) => each.id === second?.userId);
    if (!second || !found)
      throw new StationError(
        'not-allowed',
        'Two users who may erase have to agree. Ask another clinician or administrator to enter their passphrase.',
      );
    try {
      return { userId: found.id, keys: await store.accounts.keysOf(found, second.passphrase) };
    } catch (error) {
      work.assertOpen();
      const subject = `${kind}:${id} user:${found.id}`;
      store.audit.append({ userId, action: 'erasure.not-approved', subject });
      throw error;
    }
  }

  /**
   * Null where too little is left to learn from, or a class would fall beyond its limit that did not before:
   * then the shipped classes read.
   */
  async #learnAnew(
    store: ClinicStore,
    number: number,
    subject: ErasureSubject,
    signal: AbortSignal,
  ): Promise<LearnedAgain | null> {
    const version = store.headVersions.get(number);
    const isGone = (imageId: string) =>
      subject.kind !== 'patient'
        ? imageId === subject.id
        : store.lesions.get(store.images.get(imageId).lesionId).patientId === subject.id;
    const learned = await learnAnew(store, this.#heads, version, isGone, signal);
    const known = fallingIn(version.evaluation);
    return learned && fallingIn(learned.evaluation).every((code) => known.includes(code))
      ? { ...learned, reason: version.reason }
      : null;
  }

  #letReadOn(
    { store, userId }: Work,
    approverId: string,
    former: string,
    anew: LearnedAgain | null,
  ): void {
    const enter = (action: string, version: Pick<HeadVersion, 'number'> | null) =>
      store.audit.append({
        userId,
        action,
        subject: `head:${version?.number ?? 'shipped'}`,
      });
    const head = anew?.head ?? this.#heads.shipped;
    this.#heads.put(store, head);
    let number: number | null = null;
    if (anew) {
      const version = store.headVersions.add({
        headSha256: head.sha256,
        parentNumber: anew.parentNumber,
        learner: anew.learner,
        changes: anew.changes,
        evaluation: anew.evaluation,
        authorId: userId,
        examples: anew.examples,
      });
      enter('head.learn', version);
      store.headVersions.approve(version, approverId, anew.reason);
      enter('head.approve', version);
      number = version.number;
    }
    store.headVersions.activate({ number, headSha256: head.sha256 }, userId);
    enter('head.activate', number === null ? null : { number });
    store.rescorings.start(head.sha256, former, userId);
  }
}

function othersWhoMay(store: ClinicStore, userId: string): User[] {
  return store.accounts
    .list()
    .filter(
      ({ id, role, disabledAt }) =>
        id !== userId && disabledAt === null && mayCall(role, 'erasures.erase'),
    );
}

function fallingIn({ guards }: ClassEvaluation): string[] {
  return guards.flatMap((guard) => (guard.kind === 'fall' ? [guard.code] : []));
}

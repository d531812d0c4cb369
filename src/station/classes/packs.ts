import {
  type ClassPack,
  ClassPackError,
  fingerprint,
  newSigningKey,
  openPack,
  signedPack,
} from '../../clinic/class-pack.ts';
import { codeAfter, statisticsOf } from '../../snn/learning/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { PackSummary } from '../contract/classes.ts';
import { StationError } from '../errors.ts';
import type { Session } from '../session.ts';
import type { ActiveHeads } from './active-heads.ts';
import { learnableExamples, planned } from './learning.ts';

/** A class with its examples' statistics, to give away. Throws StationError `learning-refused`. */
export function exportPack(session: Session, heads: ActiveHeads, code: string): Buffer {
  const { store } = session;
  const changes = store.classExamples.changes().map(({ change }) => change);
  const plan = planned(heads, changes);
  const entry = plan.classes.find((each) => each.code === code);
  const examples = learnableExamples(store, heads, plan).examples.filter(
    (each) => codeAfter(plan, each.code) === code,
  );
  if (!entry || examples.length < 2) {
    throw new StationError(
      'learning-refused',
      `There are no two examples of "${code}" that this network has read. Add examples first.`,
    );
  }
  const state = session.state();
  const { model } = heads;
  const evaluation = store.headVersions
    .list()
    .flatMap((version) => version.evaluation.added)
    .find((added) => added.code === code);
  const statistics = statisticsOf(
    model.head.featureScale.length,
    examples.map(({ counts }) => counts),
  );
  const lesions = new Set(examples.map(({ lesion }) => lesion)).size;
  return signedPack(
    {
      ...{ code, name: entry.name, gravity: entry.gravity, parent: entry.parent },
      ...{ networkName: model.name, networkSha256: model.sha256, views: model.head.views },
      known: { code, lesions, statistics },
      evaluation: evaluation ?? null,
      clinicName: state.state === 'unlocked' ? state.clinicName : '',
      madeAt: store.now().toISOString(),
    },
    store.classPacks.signingKey(newSigningKey),
  );
}

/** What a pack says of itself. Throws StationError `learning-refused` with the reason. */
export function inspectPack(
  store: ClinicStore,
  heads: ActiveHeads,
  bytes: Uint8Array,
): PackSummary {
  const pack = opened(heads, bytes);
  const { code, name, gravity, parent, evaluation, clinicName, madeAt, networkName, known } = pack;
  return {
    ...{ code, name, gravity, parent, evaluation, clinicName, madeAt, networkName },
    images: known.statistics.count,
    lesions: known.lesions,
    fingerprint: fingerprint(pack.publicKey),
    isTrusted: store.classPacks.isTrusted(pack.publicKey),
  };
}

/**
 * Adds the class, and what is learned of it. A key that nobody has trusted is refused, unless an
 * administrator has compared its fingerprint and says so.
 */
export function importPack(
  session: Session,
  heads: ActiveHeads,
  bytes: Uint8Array,
  trust: boolean,
): void {
  const { store, user } = session;
  const pack = opened(heads, bytes);
  if (!store.classPacks.isTrusted(pack.publicKey)) {
    if (!trust || user.role !== 'administrator') {
      throw new StationError(
        'not-allowed',
        `The key of this class pack, ${fingerprint(pack.publicKey)}, is unknown here. An administrator compares it with ${pack.clinicName} and then trusts it.`,
      );
    }
    store.classPacks.trust(pack.publicKey, pack.clinicName, user.id);
  }
  const changes = store.classExamples.changes().map(({ change }) => change);
  if (!planned(heads, changes).classes.some(({ code }) => code === pack.code)) {
    const { code, name, gravity, parent } = pack;
    const change = { kind: 'add' as const, code, name, gravity, parent };
    planned(heads, [...changes, change]);
    store.classExamples.addChange(change, user.id);
  }
  store.classPacks.put(pack.code, Buffer.from(bytes).toString('utf8'), user.id);
}

function opened(heads: ActiveHeads, bytes: Uint8Array): ClassPack {
  try {
    return openPack(bytes, heads.model);
  } catch (error) {
    if (error instanceof ClassPackError) throw new StationError('learning-refused', error.message);
    throw error;
  }
}

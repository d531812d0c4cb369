import type { ClassChange, ClassEvaluation, HeadVersion } from '../../clinic/entities/index.ts';
import { LearningError, learnAside, preferred } from '../../clinic/learning.ts';
import { type ScoringHead, storedScoring } from '../../clinic/scoring.ts';
import { SnnError } from '../../snn/index.ts';
import { type EvaluationExample, type Plan, planChanges } from '../../snn/learning/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import { StationError } from '../errors.ts';
import type { Work } from '../session.ts';
import type { ActiveHeads } from './active-heads.ts';
import { importedClasses } from './imported-classes.ts';

/** The learners whose heads a person is shown; without a new class side by side they are one. */
const SHOWN_LEARNERS = ['analytic', 'extension'] as const;
const SHIPPED_TRUNK = ['extension'] as const;
/** The newest images tell the camera that is used now. */
const CAMERA_IMAGES = 2_000;

/** What the changes come to. Throws StationError `learning-refused`. */
export function planned(heads: ActiveHeads, changes: readonly ClassChange[]): Plan {
  try {
    return planChanges(heads.model.head, changes);
  } catch (error) {
    if (error instanceof SnnError) throw new StationError('learning-refused', error.message);
    throw error;
  }
}

/** The examples of the classes that there are, of which none is said to be two things. */
export function learnableExamples(
  store: ClinicStore,
  heads: ActiveHeads,
  plan: Plan,
): { examples: EvaluationExample[]; conflicts: string[] } {
  const all = store.classExamples
    .learnable(heads.model.sha256)
    .filter(({ code }) => plan.origins.has(code));
  const codes = new Map<string, number>();
  for (const { imageId } of all) codes.set(imageId, (codes.get(imageId) ?? 0) + 1);
  const conflicts = [...codes].flatMap(([imageId, count]) => (count > 1 ? [imageId] : []));
  return {
    conflicts,
    examples: all.flatMap((each) =>
      codes.get(each.imageId) === 1
        ? [
            {
              id: each.imageId,
              code: each.code,
              lesion: each.lesionId,
              counts: each.counts,
              unfamiliarity: each.unfamiliarity,
              patient: each.patientId,
              camera: each.device,
              day: each.day,
            },
          ]
        : [],
    ),
  };
}

/**
 * Learns the changes that stand from the examples of now, measures the heads and keeps them as
 * versions, all together when all are done. The proposed one first.
 */
export async function learnVersions(
  work: Work,
  heads: ActiveHeads,
  signal: AbortSignal,
): Promise<HeadVersion[]> {
  const { store, userId } = work;
  const changes = store.classExamples.changes().map(({ change }) => change);
  if (changes.length === 0) {
    throw new StationError(
      'learning-refused',
      'No change of the classes stands. Add a class first.',
    );
  }
  const plan = planned(heads, changes);
  const { examples, conflicts } = learnableExamples(store, heads, plan);
  const added = [...plan.added, ...(plan.isAdapted ? ['camera'] : [])];
  const name = `${heads.model.head.name} + ${added.join(', ') || 'other names'}`;
  const learners =
    plan.trunk.length > heads.model.head.classes.length ? SHOWN_LEARNERS : SHIPPED_TRUNK;
  const unlabelled = plan.isAdapted
    ? store.readings.newestCounts(heads.model.sha256, CAMERA_IMAGES)
    : [];
  const packs = importedClasses(store, heads, new Set(plan.added));
  const request = { name, changes, examples };
  const task = { modelFolder: heads.model.folder, learners, request, packs, unlabelled };
  const learned = await learnAside(task, signal).catch((error: unknown) => {
    if (!(error instanceof LearningError)) throw error;
    throw new StationError(
      error.code === 'cancelled' ? 'cancelled' : 'learning-refused',
      error.message,
    );
  });
  const best = preferred(learned);
  work.assertOpen();
  return store.transaction(() =>
    learned
      .toSorted((a, b) => Number(b === best) - Number(a === best))
      .map(({ file, report }) => {
        const head = storedScoring(heads.model, file);
        heads.put(store, head);
        const guards = [
          ...report.guards,
          ...(conflicts.length > 0 ? [{ kind: 'conflict' as const, images: conflicts }] : []),
        ];
        const version = store.headVersions.add({
          headSha256: head.sha256,
          parentNumber: heads.active(store).number,
          learner: report.learner,
          changes,
          evaluation: structuredClone({ ...report, guards }) as HeadVersion['evaluation'],
          authorId: userId,
          examples: examples.map(({ id: imageId, code }) => ({ imageId, code })),
        });
        const subject = `head:${version.number}`;
        store.audit.append({ userId, action: 'head.learn', subject });
        return version;
      }),
  );
}

/** A version as it is without some of its images; nothing of it is kept yet. */
export interface LearnedAnew {
  readonly head: ScoringHead;
  readonly learner: HeadVersion['learner'];
  readonly parentNumber: number | null;
  readonly changes: readonly ClassChange[];
  readonly evaluation: ClassEvaluation;
  readonly examples: readonly { readonly imageId: string; readonly code: string }[];
}

/** Learns a version once more from those of its images that stay. Null where it cannot be learned. */
export async function learnAnew(
  store: ClinicStore,
  heads: ActiveHeads,
  version: HeadVersion,
  isGone: (imageId: string) => boolean,
  signal: AbortSignal,
): Promise<LearnedAnew | null> {
  const { learner, changes, headName: name } = version;
  try {
    const plan = planned(heads, changes);
    const own = store.headVersions.examplesOf(version.number);
    const examples = learnableExamples(store, heads, plan).examples.filter(
      ({ id, code }) => own.get(id) === code && !isGone(id),
    );
    const unlabelled = plan.isAdapted
      ? store.readings.newestCounts(heads.model.sha256, CAMERA_IMAGES)
      : [];
    const packs = importedClasses(store, heads, new Set(plan.added));
    const request = { name, changes, examples };
    const { folder: modelFolder } = heads.model;
    const task = { modelFolder, learners: [learner], request, packs, unlabelled };
    const [learned] = await learnAside(task, signal);
    if (!learned) return null;
    return {
      ...{ head: storedScoring(heads.model, learned.file), learner, changes },
      parentNumber: version.parentNumber,
      evaluation: structuredClone(learned.report) as ClassEvaluation,
      examples: examples.map(({ id: imageId, code }) => ({ imageId, code })),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof LearningError || error instanceof StationError) return null;
    throw error;
  }
}

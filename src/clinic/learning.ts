import { askAside } from '../processes/aside.ts';
import type {
  EvaluationReport,
  EvaluationRequest,
  KnownClass,
  Learner,
} from '../snn/learning/index.ts';

export interface LearningTask {
  readonly modelFolder: string;
  readonly learners: readonly Learner[];
  readonly request: Omit<EvaluationRequest, 'learner'>;
  /** Classes of other clinics, of which there are statistics only. */
  readonly packs: readonly KnownClass[];
  /** Counts of images of the clinic's, from which an adapter to its camera is estimated. */
  readonly unlabelled: readonly Int32Array[];
}

export interface LearnedFile {
  readonly learner: Learner;
  /** The head's document. */
  readonly file: string;
  readonly report: EvaluationReport;
}

export type LearningAnswer =
  | { readonly heads: readonly LearnedFile[] }
  | { readonly code: string; readonly message: string };

/** What cannot be learned; the message says why. */
export class LearningError extends Error {
  override readonly name = 'LearningError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Learns a head with each learner and measures it, on a thread of its own. Nothing is kept before
 * all is done. Throws LearningError.
 */
export async function learnAside(
  task: LearningTask,
  signal?: AbortSignal,
): Promise<readonly LearnedFile[]> {
  const stopped = new LearningError('cancelled', 'Learning was stopped; nothing was kept.');
  const answer = await askAside<LearningAnswer>('learning-worker.mjs', task, { signal, stopped });
  if ('heads' in answer) return answer.heads;
  throw new LearningError(answer.code, answer.message);
}

/**
 * Which of several heads is proposed: one without a fall beyond its limit before one with, then the one
 * that finds the most of the added and of the shipped classes, each class counted alike.
 */
export function preferred<T extends { readonly report: EvaluationReport }>(
  heads: readonly T[],
): T | undefined {
  const falls = ({ report }: T) => report.guards.filter(({ kind }) => kind === 'fall').length;
  const found = ({ report }: T) => {
    const shares = [
      ...report.added.map(({ sensitivity }) => sensitivity?.value ?? 0),
      ...report.known.map(({ after }) => after?.value ?? 0),
    ];
    return shares.reduce((sum, share) => sum + share, 0) / Math.max(shares.length, 1);
  };
  return heads.toSorted((a, b) => falls(a) - falls(b) || found(b) - found(a))[0];
}

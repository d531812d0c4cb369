import { SnnError } from '../errors.ts';
import { affine, type Classification, classScores, softmax } from '../head/classify.ts';
import { sigmoid } from '../head/exp.ts';
import type { Head } from '../head/head.ts';
import { adaptedCounts } from './camera.ts';
import { logSum } from './choice.ts';
import { edgeScores } from './edge.ts';
import type { LearnedHead, Step, Trunk } from './learned-head.ts';

/**
 * Spike counts → class probabilities of a learned head, bit for bit the same on every host. `logits`
 * are the trunk's. Throws SnnError 'learned-head-invalid' where they are not finite, and what
 * `classify` throws.
 * @param base the shipped head on which it stands
 */
export function classifyLearned(
  { name, camera, trunk, steps }: LearnedHead,
  base: Head,
  read: Int32Array,
): Classification {
  if (read.length !== base.featureScale.length) {
    throw new SnnError(
      'learned-head-invalid',
      `The head '${name}' reads ${base.featureScale.length} spike counts; ${read.length} were given`,
    );
  }
  const counts = adaptedCounts(camera, read);
  const logits = trunkLogits(trunk, base, counts);
  if (!logits.every(Number.isFinite)) {
    throw new SnnError('learned-head-invalid', `The head '${name}' gives no finite logits`);
  }
  const probabilities = stepped(trunk.codes, softmax(logits), steps, ({ weights, bias }) =>
    sigmoid(weights.reduce((sum, weight, index) => sum + weight * (counts[index] ?? 0), 0) + bias),
  );
  return { logits, probabilities };
}

export function trunkLogits(trunk: Trunk, base: Head, counts: Int32Array): Float64Array {
  switch (trunk.kind) {
    case 'linear':
      return affine(trunk.scores, counts);
    case 'extension': {
      const { scores } = classScores(base, counts);
      const all = logSum(scores);
      const added = affine(trunk.added, counts);
      const follow = (index: number) => (trunk.follow[index] ?? 0) * all;
      return Float64Array.of(...scores, ...added.map((logit, index) => logit + follow(index)));
    }
    case 'edge': {
      const scores = edgeScores(trunk.neurons, counts);
      return Float64Array.from(scores, (score, k) => trunk.slope * score + (trunk.bias[k] ?? 0));
    }
  }
}

/** The probabilities after the steps. @param shareOf what a split gives to its new class */
export function stepped(
  codes: readonly string[],
  probabilities: Float64Array,
  steps: readonly Step[],
  shareOf: (step: Step & { kind: 'split' }) => number,
): Float64Array {
  let entries = codes.map((code, index) => ({ code, p: probabilities[index] ?? 0 }));
  for (const step of steps) {
    if (step.kind === 'split') {
      const share = shareOf(step);
      entries = entries.flatMap(({ code, p }) => {
        if (code !== step.parent) return { code, p };
        const rest = p - p * share;
        // By Sterbenz p − rest is exact, so the two add up to p to the last bit.
        return [
          { code, p: rest },
          { code: step.code, p: p - rest },
        ];
      });
    } else {
      const isMerged = ({ code }: { code: string }) => step.codes.includes(code);
      const total = entries.filter(isMerged).reduce((sum, { p }) => sum + p, 0);
      const first = entries.find(isMerged);
      entries = entries.flatMap((entry) => {
        if (entry === first) return { code: step.into, p: total };
        return isMerged(entry) ? [] : entry;
      });
    }
  }
  return Float64Array.from(entries, ({ p }) => p);
}

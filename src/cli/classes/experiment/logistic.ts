export type Scorer = (counts: Int32Array) => Float64Array;

/** Images of each class, in the classes' order. */
export type TrainingImages = readonly (readonly Int32Array[])[];

const STEPS = 300;

/**
 * Multinomial logistic regression on standardized counts, each class of the same weight, with a
 * penalty on the weights' squares; by Nesterov's accelerated gradient with restarts. Only the
 * experiment uses it, as a rival.
 */
export function logisticRegression(images: TrainingImages, penalty: number): Scorer {
  const classes = images.length;
  const flat = images.flatMap((own, truth) =>
    own.map((counts) => ({ counts, truth, weight: 1 / (own.length * classes) })),
  );
  const features = flat[0]?.counts.length ?? 0;
  const mean = new Float64Array(features);
  const square = new Float64Array(features);
  for (const { counts, weight } of flat) {
    for (let i = 0; i < features; i++) {
      const count = counts[i] ?? 0;
      mean[i] = (mean[i] ?? 0) + weight * count;
      square[i] = (square[i] ?? 0) + weight * count * count;
    }
  }
  const scale = square.map((value, i) => {
    const variance = value - (mean[i] ?? 0) ** 2;
    return variance > 1e-9 * value ? 1 / Math.sqrt(variance * features) : 0;
  });
  const width = features + 1;
  const standard = (counts: Int32Array) =>
    Float64Array.from({ length: width }, (_, i) =>
      i === features ? 1 : ((counts[i] ?? 0) - (mean[i] ?? 0)) * (scale[i] ?? 0),
    );
  const inputs = flat.map(({ counts }) => standard(counts));
  // The loss's curvature is at most half of |x|², which is 2 on average.
  const step = 0.5;
  let weights = new Float64Array(classes * width);
  let ahead = weights.slice();
  let momentum = 1;
  for (let round = 0; round < STEPS; round++) {
    const gradient = ahead.map((value, at) => ((at + 1) % width === 0 ? 0 : penalty * value));
    for (const [index, x] of inputs.entries()) {
      const { truth = 0, weight = 0 } = flat[index] ?? {};
      const p = probabilities(ahead, x, classes);
      for (let k = 0; k < classes; k++) {
        const error = weight * ((p[k] ?? 0) - (k === truth ? 1 : 0));
        const start = k * width;
        for (let i = 0; i < width; i++) {
          gradient[start + i] = (gradient[start + i] ?? 0) + error * (x[i] ?? 0);
        }
      }
    }
    const next = ahead.map((value, at) => value - step * (gradient[at] ?? 0));
    const along = next.reduce(
      (sum, value, at) => sum + (gradient[at] ?? 0) * (value - (weights[at] ?? 0)),
      0,
    );
    const grown = along > 0 ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const push = along > 0 ? 0 : (momentum - 1) / grown;
    ahead = next.map((value, at) => value + push * (value - (weights[at] ?? 0)));
    weights = next;
    momentum = grown;
  }
  return (counts) => linear(weights, standard(counts), classes);
}

function linear(weights: Float64Array, x: Float64Array, classes: number): Float64Array {
  const width = x.length;
  const scores = new Float64Array(classes);
  for (let k = 0; k < classes; k++) {
    let sum = 0;
    const start = k * width;
    for (let i = 0; i < width; i++) sum += (weights[start + i] ?? 0) * (x[i] ?? 0);
    scores[k] = sum;
  }
  return scores;
}

function probabilities(weights: Float64Array, x: Float64Array, classes: number): Float64Array {
  const scores = linear(weights, x, classes);
  const most = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - most));
  const total = raised.reduce((sum, value) => sum + value, 0);
  return raised.map((value) => value / total);
}

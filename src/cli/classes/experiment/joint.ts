import { AnalyticFit } from '../../../snn/learning/analytic.ts';
import { PrototypeFit } from '../../../snn/learning/prototype.ts';
import { RidgeFit } from '../../../snn/learning/ridge.ts';
import { statisticsOf } from '../../../snn/learning/statistics.ts';
import { logisticRegression, type Scorer, type TrainingImages } from './logistic.ts';

/** Heads of several kinds, each trained on all classes at once: what incremental learning is held to. */
export const JOINT_HEADS: readonly {
  readonly name: string;
  readonly train: (images: TrainingImages) => Scorer;
}[] = [
  { name: 'analytic', train: (images) => scoring(new AnalyticFit(all(images))) },
  { name: 'prototype', train: (images) => scoring(new PrototypeFit(all(images))) },
  ...[0.5, 1].map((power) => ({
    name: `ridge, class weight n^−${power}`,
    train: (images: TrainingImages) =>
      scoring(
        new RidgeFit(
          all(images).map((statistics) => ({
            statistics,
            weight: power === 1 ? 1 : Math.sqrt(statistics.count),
          })),
        ),
      ),
  })),
  ...[0.0001, 0.0003, 0.001, 0.003].map((penalty) => ({
    name: `logistic regression, balanced, penalty ${penalty}`,
    train: (images: TrainingImages) => logisticRegression(images, penalty),
  })),
];

function all(images: TrainingImages) {
  const features = images.find((own) => own.length > 0)?.[0]?.length ?? 0;
  return images.map((own) => statisticsOf(features, own));
}

function scoring(fit: { score(counts: Int32Array): Float64Array }): Scorer {
  return (counts) => fit.score(counts);
}

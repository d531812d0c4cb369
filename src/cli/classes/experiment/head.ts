import type { Head } from '../../../snn/index.ts';
import { AnalyticFit } from '../../../snn/learning/analytic.ts';
import type { KnownClass } from '../../../snn/learning/index.ts';

/** Of so many images of a new class, as of the training's, the counts are called familiar. */
const WIDE = 1e12;

/**
 * A head for a network that comes without: what the analytic learner makes of the base classes'
 * statistics. Its operating points are arbitrary, since no verdict is measured.
 */
export function baseHead(
  networkSha256: string,
  views: Head['views'],
  classes: readonly KnownClass[],
): Head {
  const { scores } = new AnalyticFit(classes.map(({ statistics }) => statistics));
  const features = scores.columns;
  const none = (length: number) => new Float64Array(length);
  return {
    name: 'base',
    networkSha256,
    classes: classes.map(({ code }) => ({ code, name: code, gravity: 'benign' })),
    featureScale: none(features).fill(1),
    featureOffset: none(features),
    squeezeExcitation: {
      reduce: { rows: 1, columns: features, weights: none(features), bias: none(1) },
      // σ(40) is 1 in float64: no gate.
      expand: {
        rows: features,
        columns: 1,
        weights: none(features),
        bias: none(features).fill(40),
      },
    },
    classifier: scores,
    temperature: 1,
    priorAdjustment: none(classes.length),
    views,
    calibration: {
      conformal: { coverage: 0.9, thresholds: none(classes.length).fill(0.1) },
      outOfDistribution: {
        mean: none(features),
        components: none(0),
        variances: none(0),
        residualVariance: 1,
        scale: 1,
        appearance: { mean: none(1), precision: none(1).fill(1), scale: 1 },
        threshold: WIDE,
      },
      referral: { melanomaThreshold: 0.5, malignancyThreshold: 0.5, entropyThreshold: 1 },
    },
    licence: 'none',
  };
}

/** New classes on the frozen network: what is learned, from what, and what it is worth. */
export { cameraAdapter, LEAST_CAMERA_IMAGES } from './camera.ts';
export { classifyLearned } from './classify-learned.ts';
export { type Evaluated, type EvaluationRequest, evaluate } from './evaluate/evaluate.ts';
export { type EvaluationExample, GUARD_LIMITS, type Guard } from './evaluate/guards.ts';
export { areaUnderRoc } from './evaluate/measured.ts';
export type { EvaluationReport } from './evaluate/report.ts';
export { type Foundation, foundationOf } from './foundation.ts';
export { type Example, type LearnRequest, learnHead } from './learn.ts';
export {
  LEARNERS,
  type LearnedClass,
  type LearnedHead,
  type Learner,
  learnedHeadDocument,
  readLearnedHead,
} from './learned-head.ts';
export {
  asKnownClass,
  asReleased,
  type KnownClass,
  knownClassDocument,
  type ModelStatistics,
  modelStatisticsDocument,
  readModelStatistics,
} from './model-statistics.ts';
export { packExamples } from './pack-examples.ts';
export { type Change, codeAfter, type Plan, planChanges } from './plan.ts';
export { type ClassCloud, type Place, Projection } from './projection.ts';
export {
  type ClassStatistics,
  combined,
  noStatistics,
  statisticsOf,
  withImages,
  withoutImages,
} from './statistics.ts';

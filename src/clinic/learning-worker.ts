// Learns and measures heads on a thread of its own, so that the station answers meanwhile.
import { parentPort } from 'node:worker_threads';
import { SnnError } from '../snn/index.ts';
import {
  cameraAdapter,
  evaluate,
  learnedHeadDocument,
  packExamples,
} from '../snn/learning/index.ts';
import type { LearningAnswer, LearningTask } from './learning.ts';
import { loadFoundation, loadShippedModel } from './model.ts';

function learned({
  modelFolder,
  learners,
  request,
  packs,
  unlabelled,
}: LearningTask): LearningAnswer {
  try {
    const foundation = loadFoundation(loadShippedModel(modelFolder));
    if (!foundation) return { code: 'learning-refused', message: noStatistics };
    const drawn = packs.flatMap((pack) => packExamples(foundation, pack));
    const examples = [...request.examples, ...drawn];
    const isAdapted = request.changes.some(({ kind }) => kind === 'camera');
    const camera = isAdapted ? cameraAdapter(foundation, unlabelled) : null;
    const heads = learners.map((learner) => {
      const { head, report } = evaluate(foundation, { ...request, examples, learner, camera });
      return { learner, file: JSON.stringify(learnedHeadDocument(head)), report };
    });
    return { heads };
  } catch (error) {
    if (error instanceof SnnError) return { code: error.code, message: error.message };
    throw error;
  }
}

const noStatistics =
  'This network came without the statistics on which classes are learned. Install the newest program.';

parentPort?.once('message', (task: LearningTask) => {
  parentPort?.postMessage(learned(task));
});

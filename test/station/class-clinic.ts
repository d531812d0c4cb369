import {
  type ClassChange,
  type ClassEvaluation,
  classEvaluation,
} from '../../src/clinic/entities/index.ts';
import { loadShippedModel } from '../../src/clinic/model.ts';
import { ActiveHeads } from '../../src/station/classes/active-heads.ts';
import { type Work, workUntil } from '../../src/station/session.ts';
import { addImage, addLesion, details, emulator, newClinic } from '../store/harness.ts';

const model = loadShippedModel();

export const scar: Extract<ClassChange, { kind: 'add' }> = {
  ...{ kind: 'add', code: 'scar', name: 'Scar', gravity: 'malignant', parent: null },
};

/** By whose measure these classes fall beyond their limits. */
export const evaluationOf = (...falling: string[]): ClassEvaluation =>
  classEvaluation.parse({
    ...{ learner: 'analytic', folds: 5, images: 2, lesions: 2, added: [], known: [] },
    ...{ melanoma: null, confusion: { rows: [], columns: [], before: [], after: [] } },
    guards: falling.map((code) => ({ kind: 'fall', code, fall: 0.2, limit: 0.05 })),
  });

/** A store whose images the shipped network has read in the test's word, and what learns from it. */
export async function classClinic() {
  const { folder, store, user } = await newClinic();
  const heads = new ActiveHeads(model);
  const { shipped } = heads;
  heads.put(store, shipped);
  const enrol = () => store.patients.enrol(details({ familyName: 'Quillfeather' })).id;
  /** An image of a lesion, and a patient, of its own, with counts that differ by the seed. */
  const read = (seed: number, patientId = enrol()) => {
    const image = addImage(store, addLesion(store, patientId, `${seed}`).id);
    store.transaction(() =>
      store.readings.add({
        ...{ imageId: image.id, networkName: model.name, networkSha256: model.sha256 },
        ...{ headName: shipped.name, headSha256: shipped.sha256, accelerator: emulator },
        probabilities: shipped.classes.map(({ code, name, gravity }) => ({
          ...{ code, name, gravity, probability: 1 / shipped.classes.length },
        })),
        advice: null,
        verdict: {
          ...{ kind: 'unclear', reasons: ['uncalibrated'], malignancy: 0.5 },
          ...{ confidence: 'undecided', isLate: false },
        },
        spikeCounts: Int32Array.from({ length: 256 }, (_, at) => (at * (seed + 3)) % 40),
        durationMs: 1,
      }),
    );
    return { ...image, patientId };
  };
  const exampleOf = (code: string, seed: number) => {
    const image = read(seed);
    store.classExamples.add(image.id, code, 'histology', user.id);
    return image;
  };
  const locking = new AbortController();
  const work: Work = workUntil(locking.signal, store, user.id);
  return { folder, store, user, heads, read, exampleOf, work, lock: () => locking.abort() };
}

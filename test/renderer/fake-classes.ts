import type { ClassChange, HeadVersion, StoredChange } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type {
  ChangedReading,
  ClassOverview,
  StationContract,
} from '../../src/station/contract/index.ts';
import { about, type Clinic } from './fake-clinic.ts';

type ClassHandlers = Pick<
  Handlers<StationContract>,
  Extract<keyof Handlers<StationContract>, `classes.${string}`>
>;

const figure = (value: number, by = 0.08) => ({ value, low: value - by, high: value + by });
const known = about.network.classes;
const scc = {
  code: 'scc',
  name: 'Squamous cell carcinoma',
  gravity: 'malignant',
  parent: 'akiec',
} as const;
const columns = known.flatMap(({ code }) => (code === 'akiec' ? [code, 'scc'] : [code]));
const rows = [...known.map(({ code }) => code), 'scc'];

function shares(isAfter: boolean): number[][] {
  return rows.map((row) =>
    columns.map((column) => {
      if (row === 'scc' && !isAfter) return column === 'akiec' ? 0.7 : column === 'scc' ? 0 : 0.04;
      if (row === column) return 0.72;
      return 0.28 / (columns.length - 1);
    }),
  );
}

export const version: HeadVersion = {
  number: 2,
  headSha256: 'c1'.repeat(32),
  headName: 'qana + scc',
  networkSha256: about.network.sha256,
  parentNumber: null,
  learner: 'extension',
  changes: [{ kind: 'add', ...scc }],
  evaluation: {
    learner: 'extension',
    folds: 5,
    images: 62,
    lesions: 41,
    added: [
      {
        ...{ code: scc.code, name: scc.name, gravity: scc.gravity, images: 42, lesions: 28 },
        sensitivity: figure(0.61, 0.14),
        specificity: figure(0.96, 0.01),
        auroc: figure(0.91, 0.04),
        nearest: { code: 'akiec', lostTo: 0.21, wonFrom: 0.18, auroc: figure(0.79, 0.09) },
        curve: [
          { lesions: 5, sensitivity: 0.38, auroc: 0.8 },
          { lesions: 15, sensitivity: 0.55, auroc: 0.87 },
          { lesions: 22, sensitivity: 0.61, auroc: 0.91 },
        ],
        lesionsWanted: 64,
      },
    ],
    known: known.map(({ code, name }) => ({
      ...{ code, name, examples: code === 'akiec' ? 20 : 0 },
      before: figure(0.74),
      after: figure(code === 'mel' ? 0.73 : 0.74),
      difference: figure(code === 'mel' ? -0.011 : 0, 0.012),
      limit: code === 'mel' ? 0.005 : 0.02,
      isBeyondLimit: code === 'mel',
    })),
    melanoma: {
      before: figure(0.94, 0.03),
      after: figure(0.94, 0.03),
      difference: figure(0, 0.01),
    },
    camera: {
      ...{ examples: 20, lesions: 13 },
      named: { before: figure(0.62), after: figure(0.7), difference: figure(0.08, 0.1) },
      melanoma: null,
    },
    confusion: { rows, columns, before: shares(false), after: shares(true) },
    guards: [
      { kind: 'camera-unmeasured', lesions: 13, least: 15 },
      { kind: 'dominated', code: 'scc', by: 'camera', share: 0.71, auroc: 0.88 },
      { kind: 'fall', code: 'mel', fall: 0.011, limit: 0.005 },
    ],
  },
  authorId: '01890000-0000-7000-8000-00000000a001',
  authorName: 'Dr. Ottilie Brandt',
  createdAt: '2026-11-20T09:00:00.000Z',
  state: 'evaluated',
  approverName: null,
  approvedAt: null,
  reason: null,
  examples: 62,
  withdrawn: 1,
};

/** From fewer lesions, and retired since. */
export const formerVersion: HeadVersion = {
  ...version,
  number: 1,
  headSha256: 'c0'.repeat(32),
  createdAt: '2026-10-12T09:00:00.000Z',
  state: 'retired',
  examples: 24,
  withdrawn: 0,
  evaluation: {
    ...version.evaluation,
    added: version.evaluation.added.map((added) => ({
      ...added,
      ...{ images: 12, lesions: 9, sensitivity: figure(0.42, 0.22) },
    })),
    camera: null,
    guards: [],
  },
};

const pack = {
  ...scc,
  evaluation: version.evaluation.added[0] ?? null,
  clinicName: 'Harbour Dermatology',
  madeAt: '2026-11-20T09:00:00.000Z',
  networkName: about.network.name,
  ...{ images: 60, lesions: 44 },
  fingerprint: '3F5A 90C1 77DE 0B42 A6E8 19CD',
  isTrusted: false,
};

/** As the station plans it, where it makes sense. */
function changedBy(
  classes: ClassOverview['proposed'],
  change: ClassChange,
): ClassOverview['proposed'] {
  switch (change.kind) {
    case 'add':
      return classes.flatMap((each) => (each.code === change.parent ? [each, change] : each));
    case 'rename':
      return classes.map((each) =>
        each.code === change.code ? { ...each, name: change.name } : each,
      );
    case 'camera':
      return classes;
    case 'merge':
      return [
        ...classes.filter(({ code }) => !change.codes.includes(code)),
        { ...change.into, parent: null },
      ];
  }
}

/** A class that was learned and waits for approval; the archive was brought up once. */
export function fakeClasses(clinic: Clinic, changed: (topic: string) => void): ClassHandlers {
  const entries = () => clinic.waitingImages().slice(0, 5);
  const changedReadings = (): ChangedReading[] =>
    entries().map((entry) => ({
      imageId: entry.image.id,
      entry,
      before: { kind: 'no-sign', code: 'nv', probability: 0.61, malignancy: 0.12 },
      after: { kind: 'suspicious', code: 'scc', probability: 0.44, malignancy: 0.58 },
    }));
  const changes: StoredChange[] = [];
  const made = (change: ClassChange): StoredChange => {
    const stored = {
      id: `01890000-0000-7000-8000-00000000c${String(changes.length).padStart(3, '0')}`,
      change,
      madeBy: 'Dr. Ottilie Brandt',
      madeAt: '2026-11-20T09:00:00.000Z',
    };
    changes.push(stored);
    return stored;
  };
  made({ kind: 'add', ...scc });
  const given = clinic.examples;
  return {
    'classes.overview': () => ({
      classes: known.map((each) => ({ ...each, parent: null })),
      proposed: changes.reduce<ClassOverview['proposed']>(
        (classes, { change }) => changedBy(classes, change),
        known.map((each) => ({ ...each, parent: null })),
      ),
      changes: [...changes],
      versions: [version, formerVersion],
      active: null,
      shippedName: about.network.name,
      isLost: false,
      former: 2,
      examples: [{ code: 'scc', images: 42, lesions: 28, conflicts: 1 }],
      withheld: { images: 2, patients: 1 },
      canLearn: true,
      rescoring: {
        ...{ seq: 1, headSha256: version.headSha256, fromHeadSha256: 'ab'.repeat(32) },
        startedAt: '2026-11-21T09:00:00.000Z',
        ...{ done: 1200, total: 1200, isPaused: false, changes: 5 },
        endedAt: '2026-11-21T09:00:04.000Z',
      },
      needsSecondUser: false,
    }),
    'classes.change': ({ change }) => {
      changed('classes');
      return made(change);
    },
    'classes.undoChange': ({ changeId }) => {
      changes.splice(
        changes.findIndex(({ id }) => id === changeId),
        1,
      );
      changed('classes');
      return {};
    },
    'classes.examples': () =>
      entries().map((entry, index) => ({
        ...entry,
        example: {
          id: '01890000-0000-7000-8000-00000000e001',
          imageId: entry.image.id,
          code: 'scc',
          confirmedBy: 'histology',
          addedBy: 'Dr. Ottilie Brandt',
          addedAt: '2026-11-20T09:00:00.000Z',
        },
        others: index === 1 ? ['bcc'] : [],
      })),
    'classes.examplesOf': ({ imageIds }) =>
      imageIds.map((imageId, index) => ({
        imageId,
        own: [...(given.get(imageId) ?? [])].map(([code, confirmedBy]) => ({ code, confirmedBy })),
        ofLesion: index === 0 ? ['bcc'] : [],
      })),
    'classes.addExamples': ({ code, examples }) => {
      for (const { imageId, confirmedBy } of examples) {
        given.set(imageId, new Map([...(given.get(imageId) ?? []), [code, confirmedBy]]));
      }
      changed('classes');
      return {};
    },
    'classes.withdrawExamples': ({ imageIds, code }) => {
      for (const imageId of imageIds) given.get(imageId)?.delete(code);
      changed('classes');
      return {};
    },
    'classes.planImport': ({ fileNames }) =>
      fileNames.map((fileName) => ({ fileName, code: 'scc', lesion: fileName, outcome: 'new' })),
    'classes.importExample': () => ({ outcome: 'imported' }),
    'classes.evaluate': () => [version],
    'classes.approve': () => version,
    'classes.activate': () => ({}),
    'classes.retire': () => version,
    'classes.compare': () => ({ images: 1000, changes: changedReadings() }),
    'classes.pauseRescoring': () => ({}),
    'classes.changedReadings': () => changedReadings(),
    'classes.exportPack': () => ({ bytes: new Uint8Array(1), fileName: 'scc.dermaspike-class' }),
    'classes.inspectPack': () => pack,
    'classes.importPack': () => pack,
    'classes.map': ({ around }) => ({
      classes: known.map(({ code }, index) => ({
        code,
        mean: [3 * Math.cos(index), 2 * Math.sin(2 * index)],
        spread: [1 + index / 6, 0.3 * Math.sin(index), 0.8],
      })),
      points: entries().map(({ image, lesion }, index) => ({
        imageId: image.id,
        lesionLabel: lesion.label,
        codes: image.id === around || index === 4 ? [] : index === 1 ? ['bcc', 'scc'] : ['scc'],
        place: [index - 2, Math.sin(3 * index)],
      })),
    }),
    'classes.neighbours': () =>
      entries().map((entry, index) => ({
        ...entry,
        likeness: 0.99 - index / 100,
        confirmed: index === 0 ? [{ code: 'scc', confirmedBy: 'histology' as const }] : [],
      })),
  };
}

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { classify, readHead } from '../../../src/snn/index.ts';
import { classifyLearned } from '../../../src/snn/learning/classify-learned.ts';
import { type LearnRequest, learnHead } from '../../../src/snn/learning/learn.ts';
import {
  LEARNERS,
  type LearnedHead,
  learnedHeadDocument,
  readLearnedHead,
} from '../../../src/snn/learning/learned-head.ts';
import type { Change } from '../../../src/snn/learning/plan.ts';
import {
  examplesOf,
  FEATURES,
  foundation,
  HEAD_SHA256,
  head,
  headJson,
  imagesOf,
} from './foundation.ts';

const scar: Change = { kind: 'add', code: 'scar', name: 'Scar', gravity: 'benign', parent: null };
const spitz: Change = {
  kind: 'add',
  code: 'spitz',
  name: 'Spitz',
  gravity: 'benign',
  parent: 'nv',
};
const scars = examplesOf('scar', 3, 24);
const spitzes = examplesOf('spitz', 4, 24);
const some = [0, 1, 2, 3, 4].flatMap((kind) => imagesOf(kind, 6, 50 + kind));

function learnt(changes: readonly Change[], request: Partial<LearnRequest> = {}): LearnedHead {
  return learnHead(foundation, {
    name: 'learned',
    learner: 'analytic',
    changes,
    examples: [...scars, ...spitzes].filter(({ code }) =>
      changes.some((change) => change.kind === 'add' && change.code === code),
    ),
    ...request,
  });
}

function probabilities(learned: LearnedHead, counts: Int32Array): Map<string, number> {
  const { probabilities: values } = classifyLearned(learned, head, counts);
  return new Map(learned.classes.map(({ code }, index) => [code, values[index] ?? Number.NaN]));
}

const shippedOf = (code: string, counts: Int32Array) =>
  classify(head, counts).probabilities[head.classes.findIndex((each) => each.code === code)] ?? 0;

describe.each(LEARNERS)('a class beside the others, by the %s learner,', (learner) => {
  const learned = learnt([scar], { learner });

  test('is found in images that were not learned, and the others stay what they were', () => {
    const named = (kind: number) =>
      imagesOf(kind, 20, 60 + kind).map((counts) => {
        const all = [...probabilities(learned, counts)];
        return all.toSorted(([, a], [, b]) => b - a)[0]?.[0];
      });
    const share = (codes: (string | undefined)[], code: string) =>
      codes.filter((each) => each === code).length / codes.length;
    expect(share(named(3), 'scar')).toBeGreaterThan(0.7);
    for (const [kind, { code }] of head.classes.entries()) {
      expect(share(named(kind), code)).toBeGreaterThan(0.7);
    }
  });

  test('has probabilities that sum to 1', () => {
    for (const counts of some) {
      const sum = [...probabilities(learned, counts).values()].reduce((total, p) => total + p, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
  });

  test('comes out the same, to the last bit, whatever the order of its examples', () => {
    expect(learnt([scar], { learner, examples: scars.toReversed() })).toEqual(learned);
  });

  test('comes out the same when other examples came and went', () => {
    const all = [...scars, ...examplesOf('nv', 2, 5)];
    const left = all.filter(({ code }) => code === 'scar');
    expect(learnt([scar], { learner, examples: all })).not.toEqual(learned);
    expect(learnt([scar], { learner, examples: left })).toEqual(learned);
  });

  test('has the same bits on every host', () => {
    const document = JSON.stringify(learnedHeadDocument(learned));
    expect(createHash('sha256').update(document).digest('hex')).toMatchSnapshot();
  });

  test('is read back from its document with every bit', () => {
    const document: unknown = JSON.parse(JSON.stringify(learnedHeadDocument(learned)));
    expect(readLearnedHead(document, head, HEAD_SHA256)).toEqual(learned);
  });
});

test('an extension leaves the shipped scores as they are', () => {
  const learned = learnt([scar], { learner: 'extension' });
  for (const counts of some) {
    const now = probabilities(learned, counts);
    const ratio = (now.get('mel') ?? 0) / (now.get('nv') ?? 1);
    expect(ratio).toBeCloseTo(shippedOf('mel', counts) / shippedOf('nv', counts), 10);
  }
});

describe('a kind of a class', () => {
  const learned = learnt([spitz]);

  test('shares its parent’s probability out, which still adds up to the last bit', () => {
    for (const counts of some) {
      const now = probabilities(learned, counts);
      expect((now.get('nv') ?? 0) + (now.get('spitz') ?? 0)).toBe(shippedOf('nv', counts));
      expect(now.get('mel')).toBe(shippedOf('mel', counts));
    }
  });

  test('stands behind its parent and names it', () => {
    expect(learned.classes.map(({ code, parent }) => [code, parent])).toEqual([
      ['bkl', null],
      ['mel', null],
      ['nv', null],
      ['spitz', 'nv'],
    ]);
  });

  test('is told from the rest of its parent', () => {
    const [spitzShare, nvShare] = [4, 2].map((kind) => {
      const shares = imagesOf(kind, 20, 60 + kind).map((counts) => {
        const now = probabilities(learned, counts);
        return (now.get('spitz') ?? 0) / ((now.get('spitz') ?? 0) + (now.get('nv') ?? 0));
      });
      return shares.filter((share) => share > 0.5).length;
    });
    expect(spitzShare).toBeGreaterThan(14);
    expect(nvShare).toBeLessThan(6);
  });

  test('may have a kind of its own, which is told from examples alone', () => {
    const pigmented: Change = { ...spitz, code: 'reed', name: 'Reed', parent: 'spitz' };
    const both = learnt([spitz, pigmented], {
      examples: [...spitzes, ...examplesOf('reed', 0, 12)],
    });
    for (const counts of some) {
      const now = probabilities(both, counts);
      const all = ['nv', 'spitz', 'reed'].map((code) => now.get(code) ?? Number.NaN);
      expect(all.reduce((sum, p) => sum + p, 0)).toBeCloseTo(shippedOf('nv', counts), 14);
    }
    expect(() => learnt([spitz, pigmented], { examples: examplesOf('reed', 0, 12) })).toThrow(
      /examples of that rest are needed/,
    );
  });
});

describe('undoing a change', () => {
  const merge: Change = {
    kind: 'merge',
    codes: ['bkl', 'nv'],
    into: { code: 'benign', name: 'Benign', gravity: 'benign' },
  };
  const rename: Change = { kind: 'rename', code: 'bkl', name: 'Seborrhoeic keratosis' };

  test('of any kind leaves the head that never had it, to the last bit', () => {
    for (const change of [spitz, rename, merge]) {
      const examples = scars;
      const withIt = learnt([scar, change], {
        examples: [...scars, ...spitzes].filter(({ code }) => code === 'scar' || change === spitz),
      });
      expect(withIt).not.toEqual(learnt([scar]));
      expect(learnt([scar], { examples })).toEqual(learnt([scar]));
    }
  });

  test('a merge is as probable as its parts together, a rename changes no probability', () => {
    const merged = learnt([merge]);
    const renamed = learnt([rename]);
    for (const counts of some) {
      expect(probabilities(merged, counts).get('benign')).toBe(
        shippedOf('bkl', counts) + shippedOf('nv', counts),
      );
      expect(probabilities(renamed, counts).get('bkl')).toBe(shippedOf('bkl', counts));
    }
    expect(renamed.classes[0]?.name).toBe('Seborrhoeic keratosis');
  });

  test('without any change nothing differs from the shipped head', () => {
    const learned = learnt([]);
    for (const counts of some) {
      expect(classifyLearned(learned, head, counts).probabilities).toEqual(
        classify(head, counts).probabilities,
      );
    }
  });
});

describe('a calibration of its own', () => {
  const { calibration } = learnt([scar]);
  const shipped = head.calibration;

  test('has a threshold of the set for every class', () => {
    expect(calibration.conformal.thresholds).toHaveLength(4);
  });

  test('has other operating points than the shipped head, as many melanomas still suspicious', () => {
    expect(calibration.referral).not.toEqual(shipped?.referral);
    const fresh = imagesOf(1, 200, 90);
    const suspicious = (
      p: (counts: Int32Array) => [mel: number, sum: number],
      limits: typeof calibration.referral,
    ) =>
      fresh.filter((counts) => {
        const [mel, sum] = p(counts);
        return mel >= limits.melanomaThreshold || sum >= (limits.malignancyThreshold ?? 1);
      }).length / fresh.length;
    const learned = learnt([scar]);
    const after = suspicious((counts) => {
      const mel = probabilities(learned, counts).get('mel') ?? 0;
      return [mel, mel];
    }, calibration.referral);
    const before = suspicious((counts) => {
      const mel = shippedOf('mel', counts);
      return [mel, mel];
    }, shipped?.referral ?? calibration.referral);
    expect(Math.abs(after - before)).toBeLessThan(0.06);
  });

  test('calls the class’s own images familiar, as far as 95 of 100', () => {
    expect(calibration.outOfDistribution.threshold).toBe(5);
    const far = scars.map((example) => ({ ...example, unfamiliarity: 9 }));
    expect(learnt([scar], { examples: far }).calibration.outOfDistribution.threshold).toBe(9);
  });

  test('a malignant class takes part in the point of malignancy', () => {
    const grave: Change = { ...scar, gravity: 'malignant' };
    const learned = learnt([grave]);
    const { malignancyThreshold } = learned.calibration.referral;
    const reached = imagesOf(3, 40, 63).filter((counts) => {
      const now = probabilities(learned, counts);
      return (now.get('scar') ?? 0) + (now.get('mel') ?? 0) >= (malignancyThreshold ?? 1);
    });
    expect(reached.length).toBeGreaterThan(30);
  });
});

describe('is refused:', () => {
  const [first] = scars;
  const wrong = first && { ...first, code: 'nv' };
  test.each<[string, readonly Change[], Partial<LearnRequest>, RegExp]>([
    ['a code that exists', [{ ...scar, code: 'nv' }], {}, /code "nv" is taken/],
    ['a code that differs in case', [{ ...scar, code: ' NV' }], {}, /code " NV" is taken/],
    [
      'a name that exists but for accents and spaces',
      [{ ...scar, name: ' na évus' }],
      {},
      /is the name of the class nv/,
    ],
    ['a name without letters', [{ ...scar, name: '  ' }], {}, /needs a name/],
    ['a parent that does not exist', [{ ...scar, parent: 'x' }], {}, /no class "x"/],
    ['a class without an example', [scar], { examples: [] }, /no example of "scar"/],
    ['an example of no class', [scar], { examples: [...scars, ...spitzes] }, /no class "spitz"/],
    [
      'an image under two labels',
      [scar],
      { examples: [...scars, ...(wrong ? [wrong] : [])] },
      /both "scar" and "nv"/,
    ],
    [
      'an example of another network',
      [scar],
      { examples: first ? [{ ...first, counts: new Int32Array(3) }] : [] },
      /3 spike counts/,
    ],
    [
      'melanoma merged away',
      [{ kind: 'merge', codes: ['mel', 'nv'], into: { code: 'x', name: 'X', gravity: 'benign' } }],
      {},
      /melanoma/,
    ],
    [
      'a merge of one',
      [{ kind: 'merge', codes: ['nv'], into: { code: 'x', name: 'X', gravity: 'benign' } }],
      {},
      /two classes/,
    ],
    ['a rename of nothing', [{ kind: 'rename', code: 'x', name: 'X' }], {}, /no class "x"/],
  ])('%s', (_, changes, request, message) => {
    const act = () => learnt(changes, { examples: scars, ...request });
    expect(act).toThrow(expect.objectContaining({ code: 'learning-refused' }));
    expect(act).toThrow(message);
  });

  test('a head without calibration as the start', () => {
    const bare = { ...foundation, head: readHead({ ...headJson, version: 1 }) };
    expect(() =>
      learnHead(bare, { name: 'x', learner: 'analytic', changes: [], examples: [] }),
    ).toThrow(/no calibration/);
  });
});

describe('a document is refused, naming the field, when', () => {
  const good = learnedHeadDocument(learnt([scar, spitz]));
  const edge = learnedHeadDocument(learnt([scar], { learner: 'edge' }));
  const extension = learnedHeadDocument(learnt([scar], { learner: 'extension' }));
  test.each<[string, object, RegExp]>([
    ['its format is another', { ...good, format: 'x' }, /format/],
    [
      'it is of a newer version',
      { ...good, version: 3 },
      /version 3 is not supported; 1 and 2 are/,
    ],
    ['it is another network’s', { ...good, networkSha256: '00'.repeat(32) }, /networkSha256/],
    ['it stands on another head', { ...good, baseHeadSha256: '00'.repeat(32) }, /baseHeadSha256/],
    ['its views are others', { ...good, views: 1 }, /views/],
    ['its learner is unknown', { ...good, learner: 'magic' }, /learner/],
    ['a class is missing', { ...good, classes: [] }, /classes is not bkl, mel, nv, spitz, scar/],
    ['a step is unknown', { ...good, steps: [{ kind: 'x' }] }, /steps\[0\]\.kind/],
    ['its trunk is unknown', { ...good, trunk: { kind: 'x' } }, /trunk\.kind/],
    ['it has no calibration', { ...good, calibration: null }, /calibration/],
    [
      'an extension leaves a shipped class out',
      { ...extension, trunk: { kind: 'extension', codes: ['bkl', 'mel', 'scar'] } },
      /shipped classes/,
    ],
    [
      'a neuron has no whole number of words',
      { ...edge, trunk: { kind: 'edge', codes: ['bkl', 'mel', 'nv', 'scar'], weights: [0.5] } },
      /trunk/,
    ],
  ])('%s', (_, document, message) => {
    const act = () => readLearnedHead(document, head, HEAD_SHA256);
    expect(act).toThrow(expect.objectContaining({ code: 'learned-head-invalid' }));
    expect(act).toThrow(message);
  });

  test('it is given counts of another network', () => {
    const act = () => classifyLearned(learnt([scar]), head, new Int32Array(FEATURES - 1));
    expect(act).toThrow(expect.objectContaining({ code: 'learned-head-invalid' }));
  });
});

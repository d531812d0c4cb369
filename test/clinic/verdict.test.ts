import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type QualityWarning, verdictRanks } from '../../src/clinic/entities/index.ts';
import { loadShippedModel, shippedModelFolder } from '../../src/clinic/model.ts';
import { atMelanomaThreshold, shippedScoring } from '../../src/clinic/scoring.ts';
import { verdictOf } from '../../src/clinic/verdict.ts';
import { type Assessment, conformalSet, type Head, readHead } from '../../src/snn/index.ts';

const head = readHead(JSON.parse(readFileSync(path.join(shippedModelFolder, 'head.json'), 'utf8')));
const { calibration } = head;
if (!calibration) throw new Error('The shipped head has no calibration');
const codes = head.classes.map(({ code }) => code);

/** The classes named, and what is left to naevus. */
function vector(given: Readonly<Record<string, number>>): Float64Array {
  const rest = 1 - Object.values(given).reduce((sum, p) => sum + p, 0);
  return Float64Array.from(codes, (code) => given[code] ?? (code === 'nv' ? rest : 0));
}

function assessmentOf(of: Head, p: Float64Array, isUnfamiliar = false): Assessment | null {
  if (!of.calibration) return null;
  return {
    conformalSet: conformalSet(of.calibration, p),
    unfamiliarity: 1,
    isUnfamiliar,
    entropy: 0,
    isUncertain: false,
  };
}

function verdict(
  given: Readonly<Record<string, number>> | Float64Array,
  { isUnfamiliar = false, warnings = [] as QualityWarning[], of = head } = {},
) {
  const p = given instanceof Float64Array ? given : vector(given);
  return verdictOf(of, p, assessmentOf(of, p, isUnfamiliar), warnings);
}

test('a naevus that fills the vector shows no sign of malignancy, for no reason', () => {
  expect(verdict({})).toEqual({
    kind: 'no-sign',
    reasons: [],
    malignancy: 0,
    confidence: 'sure',
    isLate: false,
  });
});

test('verdicts have the ranks that stored images were given by them', () => {
  expect(verdictRanks).toEqual({ suspicious: 3, unusable: 2, unclear: 1, 'no-sign': 0 });
});

test.each(['mel', 'bcc', 'akiec'])('%s on top is suspicious, whatever else is probable', (code) => {
  const said = verdict({ [code]: 0.36, bkl: 0.32, df: 0.32, nv: 0 });
  expect(said.kind).toBe('suspicious');
  expect(said.reasons).toContain('malignant-class-first');
});

test('melanoma is suspicious from its operating point on', () => {
  const { melanomaThreshold } = calibration.referral;
  expect(verdict({ mel: melanomaThreshold })).toMatchObject({
    kind: 'suspicious',
    reasons: ['melanoma'],
  });
  expect(verdict({ mel: melanomaThreshold - 1e-9 }).kind).toBe('no-sign');
});

test('a clinic’s own operating point of melanoma takes the place of the head’s', () => {
  const p = vector({ mel: calibration.referral.melanomaThreshold });
  const shipped = shippedScoring(loadShippedModel());
  const reasonsAt = (point: number | null) =>
    verdictOf(atMelanomaThreshold(shipped, point), p, assessmentOf(head, p), []).reasons;
  expect(reasonsAt(null)).toContain('melanoma');
  expect(reasonsAt(0.5)).not.toContain('melanoma');
});

test('malignant and pre-malignant classes are suspicious together, though none is alone', () => {
  const point = calibration.referral.malignancyThreshold ?? Number.NaN;
  const third = { akiec: point / 3, bcc: point / 3, mel: point / 3 };
  expect(verdict(third)).toMatchObject({ kind: 'suspicious', reasons: ['malignancy'] });
  expect(verdict(third).malignancy).toBeCloseTo(point, 12);
  expect(verdict({ ...third, mel: third.mel - 1e-9 }).kind).not.toBe('suspicious');
});

test('what is unlike the training’s images, or fits no benign class, is unclear at best', () => {
  expect(verdict({}, { isUnfamiliar: true })).toMatchObject({
    kind: 'unclear',
    reasons: ['unfamiliar'],
    confidence: 'unfamiliar',
  });
  expect(verdict({ mel: 1 }, { isUnfamiliar: true }).reasons).toContain('unfamiliar');
  const strict = {
    ...head,
    calibration: {
      ...calibration,
      conformal: { ...calibration.conformal, thresholds: new Float64Array(7).fill(0.99) },
    },
  };
  expect(verdict({ bkl: 0.5 }, { of: strict })).toMatchObject({
    kind: 'unclear',
    reasons: ['no-benign-class-fits'],
    confidence: 'unfamiliar',
  });
});

test('a malignant class that is merely possible is told, and decides nothing', () => {
  expect(verdict({ akiec: 0.05 })).toMatchObject({
    kind: 'no-sign',
    reasons: ['malignant-class-possible'],
    confidence: 'leaning',
  });
});

test('a faulty picture is unusable whatever was read, and what was read is told after it', () => {
  for (const warning of ['blurred', 'too-dark', 'too-bright', 'too-small'] as const) {
    expect(verdict({}, { warnings: [warning] })).toMatchObject({
      kind: 'unusable',
      reasons: [warning],
    });
    expect(verdict({ mel: 0.9 }, { warnings: [warning] }).reasons.slice(0, 2)).toEqual([
      warning,
      'melanoma',
    ]);
  }
});

test('little skin is unclear, since a lesion may fill the frame; unfamiliar too, it is unusable', () => {
  const warnings: QualityWarning[] = ['little-skin'];
  expect(verdict({}, { warnings })).toMatchObject({ kind: 'unclear', reasons: ['little-skin'] });
  expect(verdict({ mel: 0.9 }, { warnings }).kind).toBe('suspicious');
  expect(verdict({}, { warnings, isUnfamiliar: true })).toMatchObject({
    kind: 'unusable',
    reasons: ['little-skin', 'unfamiliar'],
  });
});

test('that a lesion is small in the picture is told and changes nothing', () => {
  const warnings: QualityWarning[] = ['small-lesion'];
  for (const probabilities of [{}, { mel: 0.9 }]) {
    const plain = verdict(probabilities);
    expect(verdict(probabilities, { warnings })).toEqual({
      ...plain,
      reasons: [...plain.reasons, 'small-lesion'],
    });
  }
});

test('without a calibration nothing is ruled out', () => {
  const of = { ...head, calibration: null };
  expect(verdict({}, { of })).toMatchObject({ kind: 'unclear', reasons: ['uncalibrated'] });
  expect(verdict({ bcc: 0.6 }, { of })).toMatchObject({
    kind: 'suspicious',
    reasons: ['malignant-class-first', 'uncalibrated'],
  });
});

describe('of a million random probability vectors', () => {
  const isGrave = head.classes.map(({ gravity }) => gravity !== 'benign');
  let state = 2463534242;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  /** Steep and flat ones, many of them at the edge between verdicts. */
  const draw = () => {
    const power = 1 + 6 * random();
    const weights = Float64Array.from(codes, () => random() ** power);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  };
  /** Gives a part of what the benign classes have to malignant and pre-malignant ones. */
  const worsened = (p: Float64Array) => {
    const lost = p.map((each, index) => (isGrave[index] ? 0 : each * random()));
    const gained = lost.reduce((sum, each) => sum + each, 0);
    const shares = p.map((_, index) => (isGrave[index] ? random() : 0));
    const all = shares.reduce((sum, share) => sum + share, 0);
    return p.map(
      (each, index) => each - (lost[index] ?? 0) + ((shares[index] ?? 0) / all) * gained,
    );
  };

  test('no malignant one is without a sign, and more malignancy never lowers a verdict', () => {
    const seen = new Map<string, number>();
    for (let n = 0; n < 500_000; n++) {
      const before = draw();
      const after = worsened(before);
      const isUnfamiliar = random() < 0.1;
      const options = { isUnfamiliar, warnings: random() < 0.1 ? ['little-skin' as const] : [] };
      const [least, most] = [verdict(before, options), verdict(after, options)];
      for (const [p, { kind }] of [[before, least] as const, [after, most] as const]) {
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        const top = p.indexOf(Math.max(...p));
        if (isGrave[top] && kind === 'no-sign') throw new Error(`no sign of ${codes[top]}: ${p}`);
      }
      if (verdictRanks[most.kind] < verdictRanks[least.kind])
        throw new Error(`${least.kind} of ${before} became ${most.kind} of ${after}`);
    }
    expect([...seen.keys()].sort()).toEqual(['no-sign', 'suspicious', 'unclear', 'unusable']);
  });
});

import { expect, test } from 'vitest';
import type { HistologyDiagnosis, VerdictKind } from '../../src/clinic/entities/index.ts';
import { qualityOf, type VerifiedLesion } from '../../src/clinic/quality.ts';
import { rateOf } from '../../src/clinic/rates.ts';

const lesion = (
  diagnosis: HistologyDiagnosis,
  kind: VerdictKind | null = null,
  more: { takenOn?: string; malignancy?: number; reader?: boolean | null } = {},
): VerifiedLesion => ({
  takenOn: more.takenOn ?? '2026-01-01',
  diagnosis,
  image: {
    verdict: kind && { kind, malignancy: more.malignancy ?? 0.3 },
    reviews: more.reader === undefined ? [] : [{ readerName: 'Ada', isSuspicious: more.reader }],
  },
});

test('the interval of a share is Wilson’s', () => {
  // Newcombe (1998), table I, method 3.
  expect(rateOf(81, 263)).toMatchObject({
    low: expect.closeTo(0.2553, 4),
    high: expect.closeTo(0.3662, 4),
  });
  expect(rateOf(15, 148)).toMatchObject({
    low: expect.closeTo(0.0624, 4),
    high: expect.closeTo(0.1605, 4),
  });
  expect(rateOf(0, 20)).toMatchObject({ low: 0, high: expect.closeTo(0.1611, 4) });
  expect(rateOf(0, 0)).toEqual({ count: 0, of: 0, value: null, low: 0, high: 1 });
});

test('the network is right where it is suspicious of what is malignant, pre-malignant too', () => {
  const { network, lesions, malignant } = qualityOf([
    lesion('melanoma', 'suspicious'),
    lesion('akiec', 'no-sign'),
    lesion('bcc', 'unclear'),
    lesion('naevus', 'no-sign'),
    lesion('keratosis', 'suspicious'),
    lesion('naevus', 'unusable'),
  ]);
  expect({ lesions, malignant }).toEqual({ lesions: 6, malignant: 3 });
  expect(network.sensitivity).toMatchObject({ count: 1, of: 3 });
  expect(network.specificity).toMatchObject({ count: 1, of: 2 });
  expect(network.withUnclear.sensitivity).toMatchObject({ count: 2, of: 3 });
  expect(network.leftOut).toBe(1);
});

test('it says from which day to which specimens were taken, and nothing of none', () => {
  const at = (takenOn: string) => lesion('naevus', 'no-sign', { takenOn });
  const days = ['2026-02-01', '2025-03-01', '2026-01-31'].map(at);
  expect(qualityOf(days)).toMatchObject({ firstOn: '2025-03-01', lastOn: '2026-02-01' });
  expect(qualityOf([])).toMatchObject({ firstOn: null, lastOn: null });
});

test('a reader is judged by impressions that name a class', () => {
  const { readers } = qualityOf([
    lesion('melanoma', null, { reader: true }),
    lesion('melanoma', null, { reader: false }),
    lesion('naevus', null, { reader: null }),
  ]);
  expect(readers).toMatchObject([
    {
      name: 'Ada',
      sensitivity: { count: 1, of: 2 },
      specificity: { of: 0, value: null },
      leftOut: 1,
    },
  ]);
});

test('a finding from before any image counts for what was excised, and for nobody’s judgement', () => {
  const { withoutImage, network, needed } = qualityOf([
    { takenOn: '2020-01-01', diagnosis: 'naevus', image: null },
    lesion('melanoma', 'suspicious'),
  ]);
  expect(withoutImage).toBe(1);
  expect(network.leftOut).toBe(0);
  expect(needed.melanoma).toMatchObject({ taken: 2, found: 1, number: 2 });
});

test('the number needed to excise one melanoma counts moles alone, and has no number without one', () => {
  const { needed } = qualityOf([lesion('naevus'), lesion('dysplastic-naevus'), lesion('bcc')]);
  expect(needed.melanoma).toMatchObject({ taken: 2, found: 0, number: null, high: null });
  expect(needed.all).toMatchObject({ taken: 3, found: 1, number: 3 });
  expect(needed.all.low).toBeGreaterThan(1);
});

test('stated chances stand beside what was found, in bins that hold every chance once', () => {
  const { network } = qualityOf([
    lesion('naevus', 'no-sign', { malignancy: 0 }),
    lesion('naevus', 'no-sign', { malignancy: 0.05 }),
    lesion('melanoma', 'suspicious', { malignancy: 1 }),
    lesion('melanoma', 'suspicious', { malignancy: 0.8 }),
  ]);
  expect(network.calibration.map(({ found }) => found.of)).toEqual([1, 1, 0, 0, 2]);
  expect(network.calibration.at(-1)).toMatchObject({ stated: 0.9, found: { count: 2 } });
});

test('it is told by quarters within two years, else by years', () => {
  const at = (takenOn: string) => lesion('naevus', 'no-sign', { takenOn });
  const periods = (...days: string[]) =>
    qualityOf(days.map(at)).network.periods.map(({ period }) => period);
  expect(periods('2026-04-01', '2026-03-31', '2025-12-31')).toEqual([
    '2025 Q4',
    '2026 Q1',
    '2026 Q2',
  ]);
  expect(periods('2026-04-01', '2023-03-31')).toEqual(['2023', '2026']);
  expect(periods()).toEqual([]);
});

test('what seeing the reading did to first impressions is counted both ways', () => {
  const seen = (diagnosis: HistologyDiagnosis, was: boolean | null, is: boolean | null) => ({
    ...lesion(diagnosis),
    image: {
      verdict: null,
      reviews: [{ readerName: 'Ada', isSuspicious: is, wasSuspicious: was }],
    },
  });
  const { readers } = qualityOf([
    seen('melanoma', false, true),
    seen('melanoma', null, true),
    seen('naevus', true, true),
    seen('naevus', false, true),
    seen('naevus', false, false),
    lesion('naevus', null, { reader: true }),
  ]);
  expect(readers[0]?.changes).toEqual({ of: 5, toRight: 2, toWrong: 1 });
});

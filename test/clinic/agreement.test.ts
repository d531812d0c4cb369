import { expect, test } from 'vitest';
import { agreementOf, type GivenOpinion, opinionsOf } from '../../src/clinic/agreement.ts';

const pairs = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).flatMap(([pair, count]) => {
    const [first = '', second = ''] = pair.split(' ');
    return Array.from({ length: count }, () => ({ first, second }));
  });

test('κ is that of worked examples: a table of 2 × 2 and Cohen’s own of three categories', () => {
  const two = agreementOf(pairs({ 'y y': 20, 'y n': 5, 'n y': 10, 'n n': 15 }));
  expect(two.agreed).toMatchObject({ count: 35, of: 50, value: 0.7 });
  expect(two.kappa?.value).toBeCloseTo(0.4, 10);
  // Cohen 1960, table 1, in hundredths: p(observed) .29, p(chance) .35.
  const cohen = pairs({
    ...{ 'a a': 25, 'a b': 13, 'a c': 12 },
    ...{ 'b a': 12, 'b b': 2, 'b c': 16 },
    ...{ 'c a': 3, 'c b': 15, 'c c': 2 },
  });
  const found = agreementOf(cohen);
  expect(found.agreed.value).toBeCloseTo(0.29, 10);
  expect(found.kappa?.value).toBeCloseTo((0.29 - 0.35) / 0.65, 10);
});

test('κ’s interval holds its value, stays possible, and is wide for few who agree wholly', () => {
  const few = agreementOf(pairs({ 'y y': 3, 'n n': 3 })).kappa;
  expect(few).toMatchObject({ value: 1, high: 1 });
  expect(few?.low).toBeLessThan(0.3);
  const many = agreementOf(pairs({ 'y y': 300, 'n n': 300 })).kappa;
  expect(many?.low).toBeGreaterThan(0.98);
  const opposed = agreementOf(pairs({ 'y n': 5, 'n y': 5 })).kappa;
  expect(opposed?.value).toBe(-1);
  expect(opposed?.low).toBeGreaterThanOrEqual(-1);
});

test('there is no κ of nobody, nor where both always say the same one thing', () => {
  expect(agreementOf([]).kappa).toBeNull();
  expect(agreementOf(pairs({ 'y y': 9 }))).toMatchObject({ agreed: { value: 1 }, kappa: null });
});

test('blind opinions alone are compared; a consensus is counted for whom it followed', () => {
  const naevus = { impression: 'nv', decision: 'monitor', isSuspicious: false };
  const melanoma = { impression: 'mel', decision: 'excise', isSuspicious: true };
  const unsure = { impression: 'unsure', decision: 'refer', isSuspicious: null };
  const opinion = (part: Partial<GivenOpinion>): GivenOpinion => ({
    ...{ isBlind: true, first: naevus, second: naevus, consensus: null },
    ...part,
  });
  const found = opinionsOf([
    opinion({}),
    opinion({ isBlind: false }),
    opinion({ second: melanoma, consensus: melanoma }),
    opinion({ second: melanoma, consensus: naevus }),
    opinion({ second: unsure, consensus: melanoma }),
    opinion({ second: unsure }),
  ]);
  expect(found).toMatchObject({
    blind: {
      impression: { agreed: { count: 1, of: 5 } },
      suspicion: { agreed: { count: 1, of: 3 } },
      decision: { agreed: { count: 1, of: 5 } },
    },
    notBlind: 1,
    differed: 4,
    settled: { count: 3, toFirst: 1, toSecond: 1, toNeither: 1 },
  });
});

import { describe, expect, test } from 'vitest';
import { loadShippedModel } from '../../src/clinic/model.ts';
import { runCli } from '../cli/run-cli.ts';
import { lacks, sharedFile } from '../requirements.ts';

const { card } = loadShippedModel();
const suite = 'the shipped network on the images that its card reports';
/** 1,846 images in eight views. */
const TIMEOUT_MS = 600_000;

type Figures = Record<string, number>;
type Parts = Record<'recall' | 'referral' | 'conformal' | 'outOfDistribution', Figures>;
type Measured = Parts & Readonly<Record<string, unknown>>;

/** Four digits, as the card has them. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

describe.skipIf(lacks('shared', suite))(suite, () => {
  test(
    'evaluate gives every figure of the card',
    async () => {
      const { exitCode, json } = await runCli(
        'evaluate',
        ...['--images', sharedFile('data/ham10000/ham10000_200x150')],
        ...['--labels', sharedFile('data/ham10000/splits.csv'), '--fold', '0'],
        ...['--strangers', sharedFile('data/not_skin/natural_150.tar'), '--json'],
      );
      expect(exitCode).toBe(0);
      const [measured] = json as [Measured];
      const { recall, ...figures } = card.figures;
      for (const [name, value] of Object.entries(figures)) {
        expect(rounded(Number(measured[name])), name).toBe(value);
      }
      for (const [code, value] of Object.entries(recall ?? {})) {
        expect(measured.recall[code], code).toBeCloseTo(value, 3);
      }
      for (const part of ['referral', 'conformal', 'outOfDistribution'] as const) {
        const known: Figures = card.evidence[part];
        for (const [name, value] of Object.entries(measured[part])) {
          expect(value, `${part} ${name}`).toBeCloseTo(known[name] ?? Number.NaN, 9);
        }
      }
    },
    TIMEOUT_MS,
  );
});

test('the card has an interval around each of its figures, and as many images as its matrix', () => {
  const { figures, evidence } = card;
  for (const [name, [low, high]] of Object.entries(evidence.intervals)) {
    expect(figures[name], name).toBeGreaterThanOrEqual(low);
    expect(figures[name], name).toBeLessThanOrEqual(high);
  }
  const images = evidence.confusion.flat().reduce((sum, count) => sum + count, 0);
  expect(images).toBe(figures.count);
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VerdictKind } from '../../src/clinic/entities/index.ts';
import { loadShippedModel } from '../../src/clinic/model.ts';
import { runCli } from '../cli/run-cli.ts';
import { lacks, sharedFile } from '../requirements.ts';

const { card, head } = loadShippedModel();
const suite = 'the shipped network on the images that its card reports';
/** 1,845 images in two views. */
const TIMEOUT_MS = 600_000;

type Figures = Record<string, number>;
type Parts = Record<'recall' | 'referral' | 'conformal' | 'outOfDistribution', Figures>;
/** As `measure` gives them. */
type Aged = Figures & { readonly auc: { mel: number }; readonly recall: { mel: number } };
type Measured = Parts & {
  readonly verdict: object;
  readonly age: Record<'alone' | 'withAge', Aged>;
} & Readonly<Record<string, unknown>>;

interface Line {
  readonly imageId: string;
  readonly verdict: VerdictKind;
  readonly probabilities: readonly number[];
}

/** Four digits, as the card has them. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

describe.skipIf(lacks('shared', suite))(suite, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-shipped-'));
  let measured: Measured;
  let lines: Line[];

  beforeAll(async () => {
    const readings = path.join(folder, 'readings.jsonl');
    const { exitCode, json } = await runCli(
      'evaluate',
      ...['--images', sharedFile('data/ham10000/ham10000_299x224')],
      ...['--labels', sharedFile('data/ham10000/ham10000_299x224/labels.csv'), '--fold', '0'],
      ...['--strangers', sharedFile('data/not_skin/natural_150.tar')],
      ...['--age', 'age', '--readings', readings, '--json'],
    );
    expect(exitCode).toBe(0);
    measured = json[0] as Measured;
    lines = readFileSync(readings, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  }, TIMEOUT_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('evaluate gives every figure of the card', () => {
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
    const { intervals: _, ...verdict } = card.evidence.verdict ?? { intervals: {} };
    expect(measured.verdict).toEqual(verdict);
  });

  test('evaluate gives every figure of the card with age', () => {
    for (const part of ['alone', 'withAge'] as const) {
      const { count, auc, recall, ...figures } = measured.age[part];
      const found: Figures = { ...figures, melanomaRecall: recall.mel, melanomaAuroc: auc.mel };
      expect(count).toBe(card.evidence.age?.count);
      for (const [name, value] of Object.entries(card.evidence.age?.[part] ?? {}))
        expect(rounded(found[name] ?? Number.NaN), `${part} ${name}`).toBe(value);
    }
  });

  test('the verdict reaches its goals', () => {
    const { sensitivity, specificity, found } = card.evidence.verdict ?? {};
    expect(sensitivity).toBeGreaterThanOrEqual(0.94);
    expect(specificity).toBeGreaterThanOrEqual(0.6);
    for (const { code, gravity } of head.classes)
      if (gravity !== 'benign') expect(found?.[code], code).toBeGreaterThanOrEqual(0.92);
  });

  test('no image whose most probable class is malignant is without a sign', () => {
    expect(lines).toHaveLength(Number(card.figures.count));
    for (const { imageId, verdict, probabilities } of lines) {
      const top = head.classes[probabilities.indexOf(Math.max(...probabilities))];
      if (top?.gravity !== 'benign') expect(verdict, imageId).not.toBe('no-sign');
    }
  });
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

test('the card tells what became of each image, by class', () => {
  const { codes, confusion, verdict } = card.evidence;
  for (const [index, code] of codes.entries()) {
    const counts = Object.values(verdict?.counts[code] ?? {});
    const images = confusion[index]?.reduce((sum, count) => sum + count, 0);
    expect(
      counts.reduce((sum, count) => sum + count, 0),
      code,
    ).toBe(images);
  }
});

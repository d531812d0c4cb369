import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/snn/index.ts';
import {
  adaptedCounts,
  cameraAdapter,
  GAIN_UNIT,
  MOST_GAIN,
} from '../../../src/snn/learning/camera.ts';
import { classifyLearned } from '../../../src/snn/learning/classify-learned.ts';
import { evaluate } from '../../../src/snn/learning/evaluate/evaluate.ts';
import { learnHead } from '../../../src/snn/learning/learn.ts';
import { learnedHeadDocument, readLearnedHead } from '../../../src/snn/learning/learned-head.ts';
import { FEATURES, foundation, HEAD_SHA256, imagesOf } from './foundation.ts';

/** Another camera sees less in the even channels and more in the third ones. */
const seen = (counts: Int32Array) =>
  counts.map((count, channel) =>
    Math.round(count * (channel % 2 === 0 ? 0.6 : channel % 3 === 0 ? 1.4 : 1)),
  );
const abroad = [0, 1, 2].flatMap((kind) => imagesOf(kind, 40, 9).map(seen));
const adapter = cameraAdapter(foundation, abroad);
const { head } = foundation;
const request = {
  name: 'adapted',
  learner: 'extension' as const,
  changes: [{ kind: 'camera' as const }],
  examples: [],
  camera: adapter,
};

describe('an adapter to a camera', () => {
  test('finds what the camera does to each channel, without a label', () => {
    for (const [channel, gain] of adapter.gains.entries()) {
      const made = channel % 2 === 0 ? 0.6 : channel % 3 === 0 ? 1.4 : 1;
      expect(gain * made).toBeGreaterThan(0.85);
      expect(gain * made).toBeLessThan(1.15);
    }
  });

  test('is the same to the last bit whatever the order of the images', () => {
    expect(cameraAdapter(foundation, abroad.toReversed())).toEqual(adapter);
  });

  test('has gains within its bounds, whose products with counts are exact', () => {
    const black = abroad.map((counts) => counts.map((count, channel) => (channel < 3 ? 0 : count)));
    const bright = black.map((counts) =>
      counts.map((count, channel) => (channel === 5 ? 1 : count)),
    );
    const { gains } = cameraAdapter(foundation, bright);
    expect([...gains.subarray(0, 3)]).toEqual([1, 1, 1]);
    expect(gains[5]).toBe(MOST_GAIN);
    for (const gain of gains) expect(Number.isInteger(gain * GAIN_UNIT)).toBe(true);
  });

  test('is not estimated from a few images', () => {
    expect(() => cameraAdapter(foundation, abroad.slice(0, 99))).toThrow('there are 99');
  });
});

describe('a head that is adapted to a camera', () => {
  const learned = learnHead(foundation, request);

  test('reads adapted counts as the shipped head does, and leaves the counts as they are', () => {
    const counts = abroad[7] ?? new Int32Array(FEATURES);
    const kept = counts.slice();
    expect(classifyLearned(learned, head, counts).probabilities).toEqual(
      classify(head, adaptedCounts(adapter, counts)).probabilities,
    );
    expect(counts).toEqual(kept);
  });

  test('is read back from its document with every bit', () => {
    const document = JSON.parse(JSON.stringify(learnedHeadDocument(learned)));
    expect(document.version).toBe(2);
    expect(readLearnedHead(document, head, HEAD_SHA256)).toEqual(learned);
    const broken = { ...document, camera: { gains: document.camera.gains.with(3, 1 / 3) } };
    expect(() => readLearnedHead(broken, head, HEAD_SHA256)).toThrow('camera.gains[3]');
  });

  test('is measured on the clinic’s own labelled images, and says where they are too few', () => {
    const examples = ['bkl', 'mel', 'nv'].flatMap((code, kind) =>
      imagesOf(kind, 12, 9).map((counts, index) => ({
        ...{ id: `${code} ${index}`, code, lesion: `${code} ${index >> 1}`, counts: seen(counts) },
        ...{ unfamiliarity: 1, patient: null, camera: null, day: null },
      })),
    );
    const { report } = evaluate(foundation, { ...request, examples });
    expect(report.camera).toMatchObject({ examples: 36, lesions: 18 });
    const { before, after } = report.camera?.named ?? {};
    expect(after?.value).toBeGreaterThan(before?.value ?? 1);
    expect(report.camera?.melanoma).not.toBeNull();
    const few = evaluate(foundation, request).report;
    expect(few.camera).toMatchObject({ examples: 0, named: { before: null } });
    expect(few.guards).toContainEqual({ kind: 'camera-unmeasured', lesions: 0, least: 15 });
  });

  test('is refused without an adapter', () => {
    expect(() => learnHead(foundation, { ...request, camera: null })).toThrow('No adapter');
  });
});

import { describe, expect, test } from 'vitest';
import {
  type ModelStatistics,
  modelStatisticsDocument,
  readModelStatistics,
} from '../../../src/snn/learning/index.ts';
import { released } from '../../../src/snn/learning/released.ts';
import { foundation, head } from './foundation.ts';

const statistics: ModelStatistics = {
  networkSha256: head.networkSha256,
  views: head.views,
  source: 'invented',
  classes: foundation.classes,
  licence: 'CC0',
};
const document: Record<string, unknown> = JSON.parse(
  JSON.stringify(modelStatisticsDocument(statistics)),
);

test('statistics that were read are released as they were', () => {
  const read = readModelStatistics(document, head);
  expect(read.classes.map(({ code, lesions }) => [code, lesions])).toEqual([
    ['bkl', 60],
    ['mel', 60],
    ['nv', 60],
  ]);
  for (const [index, { statistics: back }] of read.classes.entries()) {
    const exact = foundation.classes[index]?.statistics ?? back;
    expect(back.count).toBe(80);
    const { mean } = released(exact);
    const again = released(back).mean;
    for (const [channel, value] of mean.entries()) {
      expect(Math.abs(value - (again[channel] ?? 0))).toBeLessThanOrEqual(2);
    }
  }
});

describe('statistics are refused, naming the field, when', () => {
  const [first, ...others] = document.classes as Record<string, unknown>[];
  const changed = (fields: object) => ({
    ...document,
    classes: [{ ...first, ...fields }, ...others],
  });
  test.each<[string, unknown, RegExp]>([
    ['they are no object', [], /the document/],
    ['their format is another', { ...document, format: 'x' }, /format/],
    ['they are of a newer version', { ...document, version: 2 }, /version 2 is not supported/],
    [
      'they are another network’s',
      { ...document, networkSha256: '00'.repeat(32) },
      /networkSha256/,
    ],
    ['their views are others', { ...document, views: 1 }, /views/],
    ['they have other channels', { ...document, features: 13 }, /features/],
    ['a class is missing', { ...document, classes: others }, /classes is not bkl, mel, nv/],
    ['a class has one image', changed({ images: 1 }), /classes\[0\]\.images/],
    ['a class has more lesions than images', changed({ lesions: 81 }), /classes\[0\]\.lesions/],
    ['a mean is negative', changed({ mean: [-1] }), /classes\[0\]\.mean/],
    ['a correlation is missing', changed({ correlations: [] }), /classes\[0\]\.correlations/],
  ])('%s', (_, json, message) => {
    const act = () => readModelStatistics(json, head);
    expect(act).toThrow(expect.objectContaining({ code: 'statistics-invalid' }));
    expect(act).toThrow(message);
  });
});

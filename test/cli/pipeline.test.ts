import { describe, expect, it } from 'vitest';
import { mapOrdered } from '../../src/cli/pipeline.ts';

describe('an ordered pipeline', () => {
  it('keeps the order, and never more under way than allowed', async () => {
    let underWay = 0;
    let most = 0;
    const work = async (item: number) => {
      most = Math.max(most, ++underWay);
      for (let pause = 0; pause < (item * 7) % 5; pause++) await new Promise(setImmediate);
      underWay--;
      return item * 2;
    };
    const items = Array.from({ length: 40 }, (_, item) => item);
    const results: number[] = [];
    for await (const result of mapOrdered(items, 4, work)) results.push(result);
    expect(results).toEqual(items.map((item) => item * 2));
    expect(most).toBe(4);
  });

  it('fails where the failed item would have come, and not before', async () => {
    const work = async (item: number) => {
      if (item === 2) throw new Error('third');
      return item;
    };
    const results: number[] = [];
    const taking = async () => {
      for await (const result of mapOrdered([0, 1, 2, 3], 3, work)) results.push(result);
    };
    await expect(taking()).rejects.toThrow('third');
    expect(results).toEqual([0, 1]);
  });
});

import { expect, test } from 'vitest';
import { byText } from '../../src/clinic/entities/order.ts';

test('what is sorted by a text stands in its order, and equals stand as they stood', () => {
  const days = [
    ...['2026-03-10 second', '2026-03-09 first', '2026-03-10 third', '2025-12-31 last year'],
  ];
  expect(days.toSorted(byText((day) => day.slice(0, 10)))).toEqual([
    ...['2025-12-31 last year', '2026-03-09 first', '2026-03-10 second', '2026-03-10 third'],
  ]);
  const compare = byText(({ at }: { at: string }) => at);
  const signs = [
    ['a', 'b'],
    ['b', 'a'],
    ['a', 'a'],
  ].map(([one = '', other = '']) => compare({ at: one }, { at: other }));
  expect(signs).toEqual([-1, 1, 0]);
});

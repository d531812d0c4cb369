import { expect, test } from 'vitest';
import { arrange } from '../../renderer/src/worklist/view.ts';
import { makeClinic } from './fake-clinic.ts';

const entries = makeClinic('clinic').worklist();
const melanoma = (entry: (typeof entries)[number]) =>
  entry.reading?.probabilities.find(({ code }) => code === 'mel')?.probability ?? 0;

test('the worklist is worked through from the oldest image', () => {
  const times = arrange(entries.toReversed(), { filter: 'all', minMelanoma: 0 }).map(
    ({ image }) => image.importedAt,
  );
  expect(times.length).toBe(entries.length);
  expect(times).toEqual(times.toSorted());
});

test('the worklist can be narrowed to what the network has not read', () => {
  const unread = arrange(entries, { filter: 'unread', minMelanoma: 0 });
  expect(unread.map(({ reading }) => reading)).toEqual([null]);
});

test('the worklist can be narrowed to likely melanomas, the likeliest first', () => {
  const suspicious = arrange(entries, { filter: 'suspicious', minMelanoma: 0.2 }).map(melanoma);
  expect(suspicious.length).toBeGreaterThan(1);
  expect(Math.min(...suspicious)).toBeGreaterThanOrEqual(0.2);
  expect(suspicious).toEqual(suspicious.toSorted((a, b) => b - a));
});

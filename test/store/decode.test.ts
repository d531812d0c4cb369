import { expect, test } from 'vitest';
import { z } from 'zod';
import { decode, fromJson } from '../../src/store/repositories/decode.ts';
import { expectRefusal } from './harness.ts';

const row = z.object({ name: z.string(), place: z.object({ x: z.number() }) });

test('a stored row that has no valid form is refused as damage: by its fields, never by what they say', async () => {
  expect(decode(row, { name: 'Okafor', place: { x: 1 } }, 'patient')).toMatchObject({
    name: 'Okafor',
  });
  const message = await expectRefusal('database-damaged', () =>
    decode(row, { name: 7, place: { x: 'Okafor' } }, 'patient'),
  );
  expect(message).toContain('A stored patient has no valid form (name, place.x).');
  expect(message).not.toContain('Okafor');
});

test('what is no JSON text is nothing, for the schema to refuse', () => {
  const columns = ['{"x": 1}', '"y"', '{"x": ', '', 7, null, undefined];
  expect(columns.map(fromJson)).toEqual([
    { x: 1 },
    'y',
    ...Array.from({ length: 5 }, () => undefined),
  ]);
});

import { expect, test } from 'vitest';
import { reconcile } from '../../renderer/src/drafts/reconcile.ts';

const base = { name: 'Okafor', note: '', place: { x: 0.1 } as { x: number } | null };

test('what somebody else changed is taken over, what was typed stays, what both changed is disputed', () => {
  const typed = { ...base, note: 'mine', name: 'Okafor-Lind' };
  const now = { ...base, note: 'theirs', place: null };
  expect(reconcile(base, typed, now)).toEqual({
    details: { name: 'Okafor-Lind', note: 'mine', place: null },
    takenOver: ['place'],
    disputed: ['note'],
  });
});

test('the same change on both sides is no dispute', () => {
  const both = { ...base, note: 'same', place: { x: 0.2 } };
  expect(reconcile(base, both, { ...both, place: { x: 0.2 } })).toEqual({
    details: both,
    takenOver: [],
    disputed: [],
  });
});

test('nothing changed elsewhere leaves the edit as it is', () => {
  const typed = { ...base, note: 'mine' };
  expect(reconcile(base, typed, { ...base, place: { x: 0.1 } })).toEqual({
    details: typed,
    takenOver: [],
    disputed: [],
  });
});

import { expect, test } from 'vitest';
import type { Priority } from '../../../native-bridge/shared/contract.ts';
import { PriorityQueue } from '../../../native-bridge/shared/priority-queue.ts';

interface Item {
  readonly name: string;
  readonly priority: Priority;
}
const archive = (name: string): Item => ({ name, priority: 'archive' });
const consulting = (name: string): Item => ({ name, priority: 'consulting' });
const names = (items: Iterable<Item>) => [...items].map(({ name }) => name).join('');

function filled(...items: readonly Item[]): PriorityQueue<Item> {
  const queue = new PriorityQueue<Item>();
  for (const item of items) queue.push(item);
  return queue;
}

test('the consulting room comes first, each in its order, and what is shown first is what is taken', () => {
  const queue = filled(archive('a'), consulting('C'), archive('b'), consulting('D'));
  expect(names(queue)).toBe('CDab');
  const taken: string[] = [];
  for (let size = 4; size > 0; size--) {
    expect(queue.size).toBe(size);
    const { first } = queue;
    expect(queue.shift()).toBe(first);
    taken.push(first?.name ?? '');
  }
  expect(taken.join('')).toBe('CDab');
  expect([queue.size, queue.first, queue.shift()]).toEqual([0, undefined, undefined]);
});

test('what goes back stands before everything of its priority, and of no other', () => {
  const queue = filled(archive('a'), consulting('C'));
  queue.unshift(archive('z'));
  queue.unshift(consulting('Z'));
  expect(names(queue)).toBe('ZCza');
});

test('several are taken of the first one’s priority, as many as are asked for, those that fit it', () => {
  const all = ['a1', 'b1', 'a2', 'b2', 'a3', 'a4'].map(archive);
  const isAlike = (other: Item, first: Item) => other.name[0] === first.name[0];
  const queue = filled(...all);
  expect(names(queue.take(3, isAlike))).toBe('a1a2a3');
  expect(names(queue)).toBe('b1b2a4');
  expect(names(queue.take(9, isAlike))).toBe('b1b2');
  expect(names(queue.take(1, () => true))).toBe('a4');
  expect(queue.take(2, () => true)).toEqual([]);
  const mixed = filled(archive('a'), consulting('C'), consulting('D'));
  expect(names(mixed.take(9, () => true))).toBe('CD');
  expect(names(mixed.take(9, () => true))).toBe('a');
});

test('the one that is taken is there though no other is asked for, or fits', () => {
  const queue = filled(archive('a'), archive('b'), archive('c'));
  expect(names(queue.take(1, () => true))).toBe('a');
  expect(names(queue.take(9, () => false))).toBe('b');
  expect(names(queue)).toBe('c');
});

test('one is removed wherever it stands, once, and no other with it', () => {
  const [a, b, c] = [archive('a'), consulting('B'), archive('c')];
  const queue = filled(a, b, c);
  expect(queue.remove(c)).toBe(true);
  expect(queue.remove(c)).toBe(false);
  expect(names(queue)).toBe('Ba');
  expect(queue.remove(archive('a'))).toBe(false);
  expect([queue.remove(a), queue.remove(b), queue.size]).toEqual([true, true, 0]);
});

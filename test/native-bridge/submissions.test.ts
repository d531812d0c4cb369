import { describe, expect, it } from 'vitest';
import type { Priority } from '../../native-bridge/contract.ts';
import { type Submission, Submissions } from '../../native-bridge/submissions.ts';

function submission(
  value: number,
  priority: Priority = 'archive',
  networkSha256 = 'a',
): Submission {
  return {
    networkSha256,
    image: Uint8Array.of(value),
    priority,
    abort: new AbortController(),
    resolve: () => {},
    reject: () => {},
  };
}

function filled(window: number, ...all: Submission[]): Submissions {
  const submissions = new Submissions(window);
  for (const each of all) submissions.add(each);
  return submissions;
}

function takeAll(submissions: Submissions): number[] {
  const taken: number[] = [];
  for (let next = submissions.next(); next; next = submissions.next())
    taken.push(next.image[0] ?? -1);
  return taken;
}

describe('submissions', () => {
  it('keep a window’s worth of archive images with the bridge, and room for the consulting room', () => {
    const first = submission(1);
    const submissions = filled(2, first, submission(2), submission(3));
    expect(takeAll(submissions)).toEqual([1, 2]);
    for (const value of [11, 12, 13]) submissions.add(submission(value, 'consulting'));
    expect(takeAll(submissions)).toEqual([11, 12]);
    expect(submissions.remove(first)).toBe(true);
    expect(submissions.remove(first)).toBe(false);
    expect(takeAll(submissions)).toEqual([13]);
  });

  it('are submitted again one at a time after the bridge died, before anything new', () => {
    const [one, two, three] = [submission(1), submission(2), submission(3)];
    const submissions = filled(2, one, two, three);
    takeAll(submissions);
    expect(submissions.bridgeDied()).toBeUndefined();
    expect(takeAll(submissions)).toEqual([1]);
    submissions.remove(one);
    expect(takeAll(submissions)).toEqual([2]);
    submissions.remove(two);
    expect(takeAll(submissions)).toEqual([3]);
  });

  it('are convicted by a second death only when alone with the bridge', () => {
    const [one, two, three] = [submission(1), submission(2), submission(3)];
    const submissions = filled(3, one, two, three);
    takeAll(submissions);
    submissions.bridgeDied();
    expect(takeAll(submissions)).toEqual([1]);
    expect(submissions.bridgeDied()).toBe(one);
    expect(submissions.remove(one)).toBe(false);
    expect(takeAll(submissions)).toEqual([2]);
    submissions.remove(two);
    expect(takeAll(submissions)).toEqual([3]);
  });

  it('let the consulting room pass suspects from the archive, alone as well', () => {
    const urgent = submission(11, 'consulting');
    const submissions = filled(3, submission(1), submission(2));
    takeAll(submissions);
    submissions.bridgeDied();
    submissions.add(urgent);
    expect(takeAll(submissions)).toEqual([11]);
    submissions.remove(urgent);
    expect(takeAll(submissions)).toEqual([1]);
  });

  it('can be cleared, all of them or those for one network', () => {
    const submissions = filled(1, submission(1), submission(2), submission(3, 'archive', 'b'));
    takeAll(submissions);
    expect(submissions.clear('a').map(({ image }) => image[0])).toEqual([1, 2]);
    expect(takeAll(submissions)).toEqual([3]);
    expect(submissions.clear()).toHaveLength(1);
    expect(takeAll(submissions)).toEqual([]);
  });
});

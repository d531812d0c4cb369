import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Submission, Submissions } from '../../../native-bridge/client/submissions.ts';
import type { Priority } from '../../../native-bridge/shared/contract.ts';

function submission(
  value: number,
  priority: Priority = 'archive',
  networkSha256 = 'a',
): Submission {
  return {
    networkSha256,
    image: Uint8Array.of(value),
    priority,
    reading: undefined,
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

  it('wait for the consulting room’s image that passed them, and it for them', () => {
    const [one, two] = [submission(1), submission(2)];
    const submissions = filled(3, one, two);
    takeAll(submissions);
    submissions.bridgeDied();
    expect(takeAll(submissions)).toEqual([1]);
    const urgent = submission(11, 'consulting');
    submissions.add(urgent);
    // The suspect is alone with the bridge.
    expect(takeAll(submissions)).toEqual([]);
    submissions.remove(one);
    expect(takeAll(submissions)).toEqual([11]);
    expect(takeAll(submissions)).toEqual([]);
    submissions.remove(urgent);
    expect(takeAll(submissions)).toEqual([2]);
  });

  it('let a suspect from the consulting room go before anything new, and others fill the window after it', () => {
    const suspect = submission(11, 'consulting');
    const submissions = filled(2, suspect);
    takeAll(submissions);
    submissions.bridgeDied();
    for (const value of [12, 13, 14]) submissions.add(submission(value, 'consulting'));
    expect(takeAll(submissions)).toEqual([11]);
    submissions.remove(suspect);
    expect(takeAll(submissions)).toEqual([12, 13, 14]);
  });

  it('are not convicted by the death of a bridge that one was cancelled from', () => {
    const [one, two] = [submission(1), submission(2)];
    const submissions = filled(2, one, two);
    takeAll(submissions);
    submissions.bridgeDied();
    expect(takeAll(submissions)).toEqual([1]);
    expect(submissions.remove(one)).toBe(true);
    expect(submissions.bridgeDied()).toBeUndefined();
    expect(takeAll(submissions)).toEqual([2]);
    expect(submissions.bridgeDied()).toBe(two);
    expect(submissions.clear()).toEqual([]);
  });

  it('can be cleared, all of them or those for one network', () => {
    const submissions = filled(1, submission(1), submission(2), submission(3, 'archive', 'b'));
    takeAll(submissions);
    expect(submissions.clear('a').map(({ image }) => image[0])).toEqual([1, 2]);
    expect(takeAll(submissions)).toEqual([3]);
    expect(submissions.clear()).toHaveLength(1);
    expect(takeAll(submissions)).toEqual([]);
  });

  it('are each answered, cancelled or convicted exactly once, whatever happens in between', () => {
    const event = fc.oneof(
      fc.constantFrom<Priority>('archive', 'consulting').map((add) => ({ add })),
      fc.nat().map((answer) => ({ answer })),
      fc.nat().map((cancel) => ({ cancel })),
      fc.constant({ die: true }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(event), (window, events) => {
        const submissions = new Submissions(window);
        const open = new Set<Submission>();
        const timesSent = new Map<Submission, number>();
        let inFlight = new Set<Submission>();
        const settle = (all: Iterable<Submission>, index: number) => {
          const each = [...all][index];
          if (!each) return;
          expect(submissions.remove(each)).toBe(true);
          expect(open.delete(each)).toBe(true);
          inFlight.delete(each);
        };
        const pump = () => {
          for (let next = submissions.next(); next; next = submissions.next()) {
            expect(open.has(next) && !inFlight.has(next)).toBe(true);
            inFlight.add(next);
            timesSent.set(next, (timesSent.get(next) ?? 0) + 1);
          }
          expect(inFlight.size).toBeLessThanOrEqual(2 * window);
          expect(inFlight.size > 0 || open.size === 0).toBe(true);
        };
        for (const happened of events) {
          if ('add' in happened) {
            const added = submission(0, happened.add);
            open.add(added);
            submissions.add(added);
          } else if ('answer' in happened) settle(inFlight, happened.answer % (inFlight.size || 1));
          else if ('cancel' in happened) settle(open, happened.cancel % (open.size || 1));
          else {
            const convicted = submissions.bridgeDied();
            if (convicted) expect(inFlight.size === 1 && open.delete(convicted)).toBe(true);
            inFlight = new Set();
          }
          pump();
        }
        while (inFlight.size > 0) {
          settle(inFlight, 0);
          pump();
        }
        expect(open.size).toBe(0);
        expect(Math.max(0, ...timesSent.values())).toBeLessThanOrEqual(2);
      }),
      { numRuns: 500 },
    );
  });
});

import { beforeEach, expect, test, vi } from 'vitest';
import { courseOf, loadCourseModel } from '../../src/clinic/course.ts';
import { courseOfLesion } from '../../src/station/course.ts';
import type { ClinicStore } from '../../src/store/index.ts';

vi.mock('../../src/clinic/course.ts', { spy: true });

interface Taken {
  readonly id: string;
  readonly capturedAt: string | null;
  readonly axisPx?: number;
  readonly isCut?: boolean;
  readonly mmPerPx?: number | null;
  readonly network?: string | null;
}

/** A lesion's images in the order of their import, and what was measured and read of them. */
function storeOf(...taken: readonly Taken[]): ClinicStore {
  const of = (id: string) => taken.find((image) => image.id === id);
  const store = {
    images: { listByLesion: () => taken },
    readings: {
      newestByImage: (id: string) => {
        const { network = 'now' } = of(id) ?? {};
        return network === null ? null : { id, networkSha256: network };
      },
      spikeCounts: (id: string) => `counts of ${id}`,
    },
    measuring: {
      outlineOf: (id: string) => {
        const { axisPx, isCut = false } = of(id) ?? {};
        const px = { px: axisPx, errorPx: 1 };
        const longAxis = { ...px, from: { x: 0, y: 0 }, to: { x: axisPx, y: 0 } };
        return axisPx === undefined
          ? null
          : { isCut, measures: { longAxis, shortAxis: longAxis, area: px, perimeter: px } };
      },
      scaleOf: (id: string) => {
        const { mmPerPx = 0.1 } = of(id) ?? {};
        return mmPerPx === null ? null : { mmPerPx, relativeError: 0.02 };
      },
    },
  };
  return store as unknown as ClinicStore;
}

/** The visits by which a course is judged. */
function visitsOf(...taken: readonly Taken[]) {
  const found = courseOfLesion(storeOf(...taken), 'lesion');
  const [, visits] = vi.mocked(courseOf).mock.lastCall ?? [];
  return { found, visits };
}
const asUnusual = { asUnusual: { size: 1 } };
beforeEach(() => {
  const model = { networkSha256: 'now' } as ReturnType<typeof loadCourseModel>;
  vi.mocked(loadCourseModel).mockReset().mockReturnValue(model);
  vi.mocked(courseOf)
    .mockReset()
    .mockReturnValue(asUnusual as unknown as ReturnType<typeof courseOf>);
});

test('the days on which a lesion was taken are its visits, in their order, in years since the first', () => {
  const { found, visits } = visitsOf(
    { id: '3', capturedAt: '2026-02-01T08:00:00' },
    { id: 'undated', capturedAt: null },
    { id: '1', capturedAt: '2024-02-01T10:00:00' },
    { id: '2', capturedAt: '2025-02-01T23:59:59' },
    { id: '4', capturedAt: '2026-02-01T09:00:00' },
  );
  expect(visits).toEqual([
    { day: '2024-02-01', years: 0, longAxisMm: null, counts: ['counts of 1'] },
    { day: '2025-02-01', years: 366 / 365.25, longAxisMm: null, counts: ['counts of 2'] },
    {
      ...{ day: '2026-02-01', years: 731 / 365.25, longAxisMm: null },
      counts: ['counts of 3', 'counts of 4'],
    },
  ]);
  expect(found).toEqual({ day: '2026-02-01', visits: 3, ...asUnusual });
});

test('a visit’s size is the mean of what was measured then; what is cut, has no outline or no scale says nothing', () => {
  const capturedAt = '2026-02-01T08:00:00';
  const { visits } = visitsOf(
    { id: '1', capturedAt, axisPx: 40 },
    { id: '2', capturedAt, axisPx: 50 },
    { id: '3', capturedAt, axisPx: 60 },
    { id: 'cut', capturedAt, axisPx: 900, isCut: true },
    { id: 'without a scale', capturedAt, axisPx: 900, mmPerPx: null },
    { id: 'without an outline', capturedAt },
  );
  expect(visits?.[0]?.longAxisMm).toBeCloseTo(5, 9);
});

test('what another network counted, or none, says nothing of how a lesion looks', () => {
  const capturedAt = '2026-02-01T08:00:00';
  const { visits } = visitsOf(
    { id: '1', capturedAt, network: 'older' },
    { id: '2', capturedAt, network: null },
    { id: '3', capturedAt },
  );
  expect(visits?.[0]?.counts).toEqual(['counts of 3']);
});

test('without a dated visit, or where it cannot be judged, there is no course', () => {
  expect(visitsOf({ id: '1', capturedAt: null }).found).toBeNull();
  vi.mocked(courseOf).mockReturnValueOnce(null);
  expect(visitsOf({ id: '1', capturedAt: '2026-02-01T08:00:00' }).found).toBeNull();
});

import { describe, expect, test } from 'vitest';
import { withSide } from '../../renderer/src/patient/body-place.ts';
import {
  type CloseUpName,
  closeUps,
  figureHeight,
  figureWidth,
  lateralityAt,
  regionCentre,
  regions,
  toPosition,
} from '../../renderer/src/patient/figure.ts';
import { parts, shownParts } from '../../renderer/src/patient/figure-parts.ts';
import { placeMarkers } from '../../renderer/src/patient/markers.ts';
import { siteText } from '../../renderer/src/wording/anatomy.ts';
import { type BodySite, bodySites, type Lesion } from '../../src/clinic/entities/index.ts';

const regionOf = (view: 'front' | 'back', site: BodySite) => {
  const region = regions[view].find((candidate) => candidate.site === site);
  if (!region) throw new Error(`No ${site} in the ${view} view.`);
  return region;
};

const lesion = (details: Partial<Lesion>): Lesion => ({
  id: `lesion-${JSON.stringify(details)}`,
  patientId: '',
  revision: 1,
  createdAt: '',
  closure: null,
  removedAt: null,
  mergedInto: null,
  label: 'A',
  bodySite: 'unspecified',
  laterality: 'unspecified',
  position: null,
  note: '',
  ...details,
});

describe('a close-up of the body map', () => {
  const names = Object.keys(closeUps) as CloseUpName[];

  test.each(['front', 'back'] as const)(
    'has each site of the %s in one of them, besides the whole',
    (view) => {
      const inParts = names.filter((name) => name !== 'whole');
      const shown = new Set(inParts.flatMap((name) => shownParts(view, closeUps[name])));
      expect(shown.size).toBe(parts[view].length);
      expect(shownParts(view, closeUps.whole)).toHaveLength(parts[view].length);
    },
  );

  test('shows the markers within it, as near to each other as they are drawn smaller', () => {
    const at = (x: number, y: number) => ({ view: 'front' as const, x, y });
    const lesions = [
      lesion({ bodySite: 'face', position: at(0.5, 0.1) }),
      lesion({ bodySite: 'face', position: at(0.51, 0.11) }),
      lesion({ bodySite: 'foot', position: at(0.43, 0.95) }),
    ];
    const [first, second, ...more] = placeMarkers(lesions, 'front', closeUps.head);
    expect(more).toEqual([]);
    const apart = Math.hypot(
      (first?.x ?? 0) - (second?.x ?? 0),
      (first?.y ?? 0) - (second?.y ?? 0),
    );
    expect(apart).toBeGreaterThan(2);
    expect(apart).toBeLessThan(8);
    expect(placeMarkers(lesions, 'front', closeUps.legs).map(({ number }) => number)).toEqual([3]);
  });
});

describe('the body map', () => {
  test('has the figure’s left on the viewer’s right in front, and on the viewer’s left behind', () => {
    expect(lateralityAt('front', regionOf('front', 'forearm'), figureWidth * 0.8)).toBe('left');
    expect(lateralityAt('front', regionOf('front', 'forearm'), figureWidth * 0.2)).toBe('right');
    expect(lateralityAt('back', regionOf('back', 'forearm'), figureWidth * 0.2)).toBe('left');
    expect(lateralityAt('back', regionOf('back', 'forearm'), figureWidth * 0.8)).toBe('right');
  });

  test('calls the middle of the trunk midline, but never the middle of a paired site', () => {
    expect(lateralityAt('front', regionOf('front', 'chest'), figureWidth / 2)).toBe('midline');
    expect(lateralityAt('back', regionOf('back', 'buttock'), figureWidth / 2 - 2)).toBe('left');
  });

  test('shows every body site on one side at least', () => {
    const shown = new Set([...regions.front, ...regions.back].map(({ site }) => site));
    expect(bodySites.filter((site) => site !== 'unspecified' && !shown.has(site))).toEqual([]);
  });

  test.each(['front', 'back'] as const)('keeps the side of a lesion placed by key, %s', (view) => {
    for (const region of regions[view])
      for (const side of ['left', 'right'] as const) {
        const [x] = regionCentre(view, region, side);
        expect(lateralityAt(view, region, x), `${side} ${region.site}`).toBe(side);
      }
  });

  test('stores a place as fractions of the figure', () => {
    expect(toPosition('back', [figureWidth / 4, figureHeight])).toEqual({
      view: 'back',
      x: 0.25,
      y: 1,
    });
  });
});

describe('lesion markers', () => {
  test('stand on the side of the figure where the lesion was placed', () => {
    const placed = lesion({ position: { view: 'back', x: 0.5, y: 0.25 } });
    expect(placeMarkers([placed], 'front')).toEqual([]);
    expect(placeMarkers([placed], 'back')).toMatchObject([
      { number: 1, x: figureWidth / 2, y: figureHeight / 4, isExact: true },
    ]);
  });

  test('stand on the middle of the site, marked as inexact, where only the site is known', () => {
    const onHand = lesion({ bodySite: 'hand', laterality: 'left' });
    const [marker] = placeMarkers([onHand], 'front');
    expect(marker?.isExact).toBe(false);
    expect(marker?.x).toBeGreaterThan(figureWidth / 2);
    expect(placeMarkers([onHand], 'back')).toEqual([]);
  });

  test('do not hide one another', () => {
    const position = { view: 'front', x: 0.5, y: 0.3 } as const;
    const [first, second] = placeMarkers([lesion({ position }), lesion({ position })], 'front');
    expect(
      Math.hypot((first?.x ?? 0) - (second?.x ?? 0), (first?.y ?? 0) - (second?.y ?? 0)),
    ).toBeGreaterThan(8);
  });

  test('keep the number that the lesion has in the list', () => {
    const lesions = [lesion({}), lesion({ bodySite: 'chest' })];
    expect(placeMarkers(lesions, 'front').map(({ number }) => number)).toEqual([2]);
  });
});

test('a body site reads as a person would say it', () => {
  expect(siteText({ bodySite: 'forearm', laterality: 'left' })).toBe('Left forearm');
  expect(siteText({ bodySite: 'abdomen', laterality: 'midline' })).toBe('Abdomen, midline');
  expect(siteText({ bodySite: 'scalp', laterality: 'unspecified' })).toBe('Scalp');
  expect(siteText({ bodySite: 'unspecified', laterality: 'left' })).toBe('Site not given');
});

describe('a place on the body map whose side is changed', () => {
  const at = (bodySite: BodySite, laterality: Lesion['laterality'], x: number) => ({
    bodySite,
    laterality,
    position: { view: 'front' as const, x, y: 0.3 },
  });

  test('goes to the same place of the other side', () => {
    const moved = withSide(at('forearm', 'left', 0.77), 'right');
    expect(moved).toMatchObject({ laterality: 'right', position: { view: 'front', y: 0.3 } });
    expect(moved.position?.x).toBeCloseTo(0.23, 12);
  });

  test('goes to the middle of a site that has one, and off it again', () => {
    expect(withSide(at('chest', 'left', 0.6), 'midline').position?.x).toBe(0.5);
    const off = withSide(at('chest', 'midline', 0.5), 'right');
    expect(
      lateralityAt('front', regionOf('front', 'chest'), (off.position?.x ?? 0) * figureWidth),
    ).toBe('right');
  });

  test.each(['left', 'unspecified', 'midline'] as const)(
    'stays where it says nothing else: a place of the left forearm, now “%s”',
    (side) => {
      const place = at('forearm', 'left', 0.77);
      expect(withSide(place, side)).toEqual({ ...place, laterality: side });
    },
  );

  test('is none where there was none', () => {
    const place = { bodySite: 'forearm', laterality: 'left', position: null } as const;
    expect(withSide(place, 'right')).toEqual({ ...place, laterality: 'right' });
  });
});

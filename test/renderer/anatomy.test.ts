import { describe, expect, test } from 'vitest';
import { withSide } from '../../renderer/src/body-map/body-place.ts';
import { type CloseUpName, closeUps } from '../../renderer/src/body-map/close-ups.ts';
import {
  closer,
  figures,
  regionOf as findRegion,
  isWithin,
  lateralityAt,
  regionCentre,
  toPosition,
  type View,
} from '../../renderer/src/body-map/figure.ts';
import { parts, shownParts } from '../../renderer/src/body-map/figure-parts.ts';
import { placeMarkers } from '../../renderer/src/body-map/markers.ts';
import { siteText } from '../../renderer/src/wording/anatomy.ts';
import {
  type BodySite,
  bodyMapView,
  bodySites,
  type Lesion,
} from '../../src/clinic/entities/index.ts';

const { width: figureWidth, height: figureHeight } = figures.front;
const views = bodyMapView.options;

const regionOf = (view: View, site: BodySite) => {
  const region = findRegion(view, site);
  if (!region) throw new Error(`No ${site} in the ${view} view.`);
  return region;
};

/** The markers of one of the figures of the whole body. */
const markersOn = (view: 'front' | 'back', lesions: readonly Lesion[]) =>
  placeMarkers(lesions, closeUps.whole)[view === 'front' ? 0 : 1] ?? [];

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
      const ofView = (name: CloseUpName) => closeUps[name].filter((each) => each.view === view);
      const inParts = names.filter((name) => name !== 'whole').flatMap(ofView);
      const shown = new Set(inParts.flatMap(({ closeUp }) => shownParts(view, closeUp)));
      expect(shown.size).toBe(parts[view].length);
      for (const { closeUp } of ofView('whole'))
        expect(shownParts(view, closeUp)).toHaveLength(parts[view].length);
    },
  );

  test('shows each view that a lesion can be placed on', () => {
    const shown = new Set(names.flatMap((name) => closeUps[name].map(({ view }) => view)));
    expect([...shown].sort()).toEqual([...views].sort());
  });

  test('shows the markers within it, as near to each other as they are drawn smaller', () => {
    const at = (x: number, y: number) => ({ view: 'front' as const, x, y });
    const lesions = [
      lesion({ bodySite: 'face', position: at(0.5, 0.1) }),
      lesion({ bodySite: 'face', position: at(0.51, 0.11) }),
      lesion({ bodySite: 'foot', position: at(0.43, 0.95) }),
    ];
    const [first, second, ...more] = placeMarkers(lesions, closeUps.head).flat();
    expect(more).toEqual([]);
    const apart = Math.hypot(
      (first?.x ?? 0) - (second?.x ?? 0),
      (first?.y ?? 0) - (second?.y ?? 0),
    );
    expect(apart).toBeGreaterThan(2);
    expect(apart).toBeLessThan(8);
    expect(
      placeMarkers(lesions, closeUps.legs)
        .flat()
        .map(({ number }) => number),
    ).toEqual([3]);
  });

  test('comes closer about a point, and never past the edge of what there is to see', () => {
    const whole = { x: 0, y: 0, width: 240, height: 480 };
    const near = closer(whole, 2, [120, 240]);
    expect(near).toEqual({ x: 60, y: 120, width: 120, height: 240 });
    for (const corner of [
      [0, 0],
      [240, 480],
      [-50, 900],
    ] as const) {
      const { x, y, width, height } = closer(whole, 3, corner);
      expect(isWithin(whole, [x, y])).toBe(true);
      expect(isWithin(whole, [x + width, y + height])).toBe(true);
    }
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
    const both = [...figures.front.regions, ...figures.back.regions];
    const shown = new Set(both.map(({ site }) => site));
    expect(bodySites.filter((site) => site !== 'unspecified' && !shown.has(site))).toEqual([]);
  });

  test.each(views)('keeps the side of a lesion placed by key, %s', (view) => {
    for (const part of parts[view]) {
      const { region, laterality } = part;
      const [x] = regionCentre(view, region, laterality);
      expect(lateralityAt(view, region, x), `${laterality} ${region.site}`).toBe(laterality);
    }
  });

  test('sees one side alone on a side of the head, whatever the point', () => {
    for (const x of [0, 60, 120]) {
      expect(lateralityAt('head-left', regionOf('head-left', 'ear'), x)).toBe('left');
      expect(lateralityAt('head-right', regionOf('head-right', 'face'), x)).toBe('right');
    }
    const left = regionCentre('head-left', regionOf('head-left', 'ear'), 'left');
    const right = regionCentre('head-right', regionOf('head-right', 'ear'), 'right');
    expect(left[0] + right[0]).toBe(figures['head-left'].width);
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
    expect(markersOn('front', [placed])).toEqual([]);
    expect(markersOn('back', [placed])).toMatchObject([
      { number: 1, x: figureWidth / 2, y: figureHeight / 4, isExact: true },
    ]);
  });

  test('stand on the middle of the site, marked as inexact, where only the site is known', () => {
    const onHand = lesion({ bodySite: 'hand', laterality: 'left' });
    const [marker] = markersOn('front', [onHand]);
    expect(marker?.isExact).toBe(false);
    expect(marker?.x).toBeGreaterThan(figureWidth / 2);
    expect(markersOn('back', [onHand])).toEqual([]);
  });

  test('of a view that is not shown stand on the middle of their site, once', () => {
    const onSole = lesion({
      bodySite: 'foot',
      laterality: 'right',
      position: { view: 'soles', x: 0.25, y: 0.4 },
    });
    const whole = placeMarkers([onSole], closeUps.whole).flat();
    expect(whole).toMatchObject([{ isExact: false }]);
    expect(whole[0]?.x).toBeLessThan(figureWidth / 2);
    expect(placeMarkers([onSole], closeUps.feet)).toMatchObject([[], [{ isExact: true, x: 60 }]]);
    expect(placeMarkers([onSole], closeUps.hands).flat()).toEqual([]);
  });

  test('of one side of the head never stand on the other side', () => {
    const onEar = lesion({ bodySite: 'ear', laterality: 'left' });
    const sides = closeUps.head.filter(({ view }) => view.startsWith('head-'));
    const [right, left] = placeMarkers([onEar], sides);
    expect([right, left]).toMatchObject([[], [{ isExact: false }]]);
  });

  test('do not hide one another', () => {
    const position = { view: 'front', x: 0.5, y: 0.3 } as const;
    const [first, second] = markersOn('front', [lesion({ position }), lesion({ position })]);
    expect(
      Math.hypot((first?.x ?? 0) - (second?.x ?? 0), (first?.y ?? 0) - (second?.y ?? 0)),
    ).toBeGreaterThan(8);
  });

  test('keep the number that the lesion has in the list', () => {
    const lesions = [lesion({}), lesion({ bodySite: 'chest' })];
    expect(markersOn('front', lesions).map(({ number }) => number)).toEqual([2]);
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

  test('goes to the other side of the head, and off it to the middle, which it does not show', () => {
    const place = {
      bodySite: 'ear',
      laterality: 'left',
      position: { view: 'head-left', x: 0.6, y: 0.5 },
    } as const;
    expect(withSide(place, 'right').position).toEqual({ view: 'head-right', x: 0.4, y: 0.5 });
    expect(withSide(place, 'midline').position).toBeNull();
  });

  test('is none where there was none', () => {
    const place = { bodySite: 'forearm', laterality: 'left', position: null } as const;
    expect(withSide(place, 'right')).toEqual({ ...place, laterality: 'right' });
  });
});

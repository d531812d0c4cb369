import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LesionOutliner } from '../../src/clinic/outliner.ts';
import type { Decoder } from '../../src/imaging/decoder.ts';
import { StationError } from '../../src/station/errors.ts';
import { Measurer } from '../../src/station/measurer.ts';
import type { Work } from '../../src/station/session.ts';
import type { ClinicStore } from '../../src/store/index.ts';

const signal = new AbortController().signal;
const image = { id: 'image', fileName: 'a.jpg', widthPx: 600, heightPx: 450, device: 'Lumen' };
/** A square of this half side, around this place. */
const square = (x: number, half = 50) => [
  ...[
    { x: x - half, y: 200 - half },
    { x: x + half, y: 200 - half },
    { x: x + half, y: 200 + half },
    { x: x - half, y: 200 + half },
  ],
];
const crossed = [
  ...[
    { x: 100, y: 100 },
    { x: 430, y: 380 },
    { x: 400, y: 100 },
    { x: 90, y: 300 },
  ],
];
const lesionAt = (x: number) => ({ controls: square(x), isCut: false });
const looks = { clarity: 0.9, appearance: {} };
const decoder = {
  prepareOutline: vi.fn(async () => ({})),
  appearance: vi.fn(async (): Promise<unknown> => looks),
  snapOutline: vi.fn(async () => ({ controls: [], clarity: 1 })),
  findRuler: vi.fn(async () => null),
};
const outline = vi.fn(async (): Promise<unknown[]> => []);
const outlined = vi.fn((): unknown => null);
const scaled = vi.fn((): unknown => null);
const store = {
  images: { get: () => image, original: () => new Uint8Array(1) },
  measuring: { outlineOf: outlined, scaleOf: scaled },
} as unknown as ClinicStore;
const work = { store, assertOpen: () => {} } as unknown as Work;
let measurer: Measurer;
beforeEach(() => {
  vi.clearAllMocks();
  const model = { name: 'outline-1', sha256: 'ab'.repeat(32) };
  const outliner = { outline, model, inputSizePx: 256 };
  measurer = new Measurer(decoder as unknown as Decoder, outliner as unknown as LesionOutliner);
});

describe('the network’s outline', () => {
  const proposed = async (which: number) => {
    const { found, proposed: of } = await measurer.propose(work, 'image', which, signal);
    return { found, x: of && (of.controls[0]?.x ?? 0) + 50 };
  };

  test.each([
    [1, [0, 1, 2], [100, 100, 100]],
    [2, [0, 1, 2, 3], [100, 200, 100, 200]],
    [3, [0, 1, 2, 3], [100, 200, 300, 100]],
  ])('of %i lesions goes round from one to the next', async (count, which, expected) => {
    outline.mockResolvedValue([100, 200, 300].slice(0, count).map(lesionAt));
    const all = await Promise.all(which.map(proposed));
    expect(all).toEqual(expected.map((x) => ({ found: count, x })));
  });

  test('is none where nothing is found, and none for a screen that was locked meanwhile', async () => {
    outline.mockResolvedValue([]);
    expect(await proposed(0)).toEqual({ found: 0, x: null });
    outline.mockResolvedValue([lesionAt(100)]);
    const locked = new StationError('locked', 'Locked.');
    const assertOpen = () => {
      throw locked;
    };
    const proposing = measurer.propose({ ...work, assertOpen }, 'image', 0, signal);
    await expect(proposing).rejects.toBe(locked);
    expect(decoder.appearance).not.toHaveBeenCalled();
  });

  test('is measured in pixels by its own axes, with what the picture shows there', async () => {
    outline.mockResolvedValue([lesionAt(100)]);
    const { proposed: of } = await measurer.propose(work, 'image', 0, signal);
    const { longAxis, shortAxis, area, perimeter } = of?.measures ?? {};
    expect(of).toMatchObject({ drawnBy: 'network', isCut: false, measures: looks });
    expect(longAxis?.px).toBeGreaterThan(100);
    expect(longAxis?.px).toBeGreaterThanOrEqual(shortAxis?.px ?? Number.POSITIVE_INFINITY);
    const { from, to } = longAxis ?? {};
    const length = Math.hypot((to?.x ?? 0) - (from?.x ?? 0), (to?.y ?? 0) - (from?.y ?? 0));
    expect(length).toBeCloseTo(longAxis?.px ?? 0, 6);
    expect(area?.px).toBeGreaterThan(10_000);
    expect(perimeter?.px).toBeGreaterThan(314);
    expect(area?.errorPx).toBeGreaterThan(0);
  });
});

describe('a person’s outline', () => {
  const draw = (controls: { x: number; y: number }[]) =>
    measurer.drawn(work, 'image', controls, signal);

  test('that crosses itself is refused before the picture is looked at, drawn or snapped', async () => {
    const refused = { code: 'outline-invalid' };
    await expect(draw(crossed)).rejects.toMatchObject(refused);
    const snap = async () => measurer.snap(work, 'image', crossed, signal);
    await expect(snap()).rejects.toMatchObject(refused);
    expect([decoder.appearance, decoder.snapOutline].map(({ mock }) => mock.calls)).toEqual([
      [],
      [],
    ]);
  });

  test('keeps the network’s name whose outline it takes the place of, and is refused where it holds nothing', async () => {
    expect(await draw(square(300))).toMatchObject({
      network: null,
      drawnBy: 'person',
      isCut: false,
    });
    const network = { name: 'outline-1', sha256: 'x' };
    outlined.mockReturnValueOnce({ network });
    expect((await draw(square(300))).network).toEqual(network);
    decoder.appearance.mockResolvedValueOnce(null);
    await expect(draw(square(300))).rejects.toMatchObject({
      ...{ code: 'outline-invalid', message: expect.stringContaining('holds nothing') },
    });
  });
});

describe('a camera’s profile', () => {
  const own = { mmPerPx: 0.02, relativeError: 0.01, origin: { source: 'ruler' } };
  const make = () => measurer.profileBy(store, 'image', '10×');
  const refused = (words: string) =>
    expect.objectContaining({
      ...{ code: 'profile-mismatch', message: expect.stringContaining(words) },
    });

  test('is made from a picture that was calibrated by itself, and names its camera', () => {
    scaled.mockReturnValueOnce(own);
    expect(make()).toMatchObject({ device: 'Lumen', magnification: '10×' });
    expect(make).toThrow(refused('calibrate this one by a ruler first'));
    scaled.mockReturnValueOnce({ ...own, origin: { source: 'device' } });
    expect(make).toThrow(refused('calibrate this one by a ruler first'));
    scaled.mockReturnValueOnce(own);
    const nameless = { ...store, images: { get: () => ({ ...image, device: null }) } };
    const from = () => measurer.profileBy(nameless as unknown as ClinicStore, 'image', '');
    expect(from).toThrow(refused('does not say which camera'));
  });
});

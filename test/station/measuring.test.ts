import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawScene, type Scene } from '../../src/cli/measuring/scene.ts';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
let lesionId: string;
beforeAll(async () => {
  station = await startStation();
  ({
    lesion: { id: lesionId },
  } = await enrolOne(station.client));
});
afterAll(() => station.close());

const scene: Scene = {
  ...{ widthPx: 800, heightPx: 600, pxPerMm: 30, seed: 5 },
  ruler: { x: 130, y: 480, degrees: 4 },
  lesion: { x: 400, y: 270, a: 4, b: 2.8, degrees: 25 },
};

let count = 0;
async function importBytes(bytes: Uint8Array): Promise<string> {
  const { image } = await station.client.call('images.import', {
    ...{ lesionId, bytes, importId: String(++count), fileName: `${count}.jpg` },
  });
  return image.id;
}

/** As a camera of this name writes it. */
async function importScene(of: Scene, model?: string, takenAt?: string): Promise<string> {
  const { widthPx, heightPx, pixels } = drawScene({ ...of, seed: of.seed + count });
  const raw = { width: widthPx, height: heightPx, channels: 3 } as const;
  const picture = sharp(pixels, { raw }).jpeg({ quality: 92 });
  if (model || takenAt)
    picture.withExif({
      ...(model && { IFD0: { Make: 'Lumen', Model: model } }),
      ...(takenAt && { IFD2: { DateTimeOriginal: takenAt } }),
    });
  return importBytes(await picture.toBuffer());
}

const ofImage = (imageId: string) => station.client.call('measuring.ofImage', { imageId });
const lastEntry = async () => (await station.client.call('audit.list', { limit: 1 }))[0];

test('a lesion is outlined by the network, in pixels until a ruler that was found is confirmed', async () => {
  const { client } = station;
  const imageId = await importScene(scene);
  expect(await ofImage(imageId)).toEqual({ imageId, scale: null, outline: null, profiles: [] });

  const { found, outline } = await client.call('measuring.propose', { imageId });
  expect(found).toBe(1);
  expect(outline).toMatchObject({
    drawnBy: 'network',
    network: { name: 'outline-1' },
    isCut: false,
  });
  expect(Math.abs((outline?.measures.longAxis.px ?? 0) / 240 - 1)).toBeLessThan(0.15);
  expect(outline?.measures.appearance.colour.contrast?.[0]).toBeLessThan(-20);
  expect(await lastEntry()).toMatchObject({
    action: 'outline.propose',
    subject: `outline:${outline?.id} image:${imageId}`,
  });

  const ruler = await client.call('measuring.findRuler', { imageId });
  expect(ruler?.spacingPx).toBeCloseTo(30, 0);
  const by = { source: 'ruler', markMm: 1 } as const;
  const scale = await client.call('measuring.calibrate', { imageId, by });
  expect(scale.mmPerPx).toBeCloseTo(1 / 30, 3);
  expect(await ofImage(imageId)).toMatchObject({ scale, outline });
  const all = await client.call('measuring.ofLesion', { lesionId });
  expect(all.find((each) => each.imageId === imageId)).toMatchObject({ scale, outline });
});

test('a person’s outline takes the network’s place, and gives it back', async () => {
  const { client } = station;
  const imageId = await importScene(scene);
  const { outline: proposed } = await client.call('measuring.propose', { imageId });
  const controls = [
    { x: 300, y: 200 },
    { x: 500, y: 200 },
    { x: 500, y: 340 },
    { x: 300, y: 340 },
  ];
  const drawn = await client.call('measuring.outline', { imageId, controls });
  expect(drawn).toMatchObject({ drawnBy: 'person', controls, network: { name: 'outline-1' } });
  expect((await ofImage(imageId)).outline).toEqual(drawn);
  await client.call('measuring.takeOutlineBack', { imageId });
  expect((await ofImage(imageId)).outline).toEqual(proposed);
});

test('a rough outline is snapped to the border that the picture shows, in its own pixels', async () => {
  const { client } = station;
  const imageId = await importScene(scene);
  const rough = [
    { x: 290, y: 250 },
    { x: 400, y: 180 },
    { x: 510, y: 290 },
    { x: 400, y: 360 },
  ];
  const { controls, clarity } = await client.call('measuring.snap', { imageId, controls: rough });
  expect(clarity).toBeGreaterThan(0.7);
  const { measures } = await client.call('measuring.outline', { imageId, controls });
  expect(Math.abs(measures.longAxis.px / 240 - 1)).toBeLessThan(0.03);
  expect(Math.abs(measures.shortAxis.px / 168 - 1)).toBeLessThan(0.03);
});

test('an outline that crosses itself or lies beside the picture is refused and says what to change', async () => {
  const { client } = station;
  const imageId = await importScene(scene);
  const draw = (points: readonly (readonly [number, number])[]) =>
    client.call('measuring.outline', { imageId, controls: points.map(([x, y]) => ({ x, y })) });
  const crossed = [
    [100, 100],
    [430, 380],
    [400, 100],
    [90, 300],
  ] as const;
  await expect(draw(crossed)).rejects.toMatchObject({
    code: 'outline-invalid',
    message: expect.stringContaining('crosses itself'),
  });
  await expect(draw(crossed.map(([x, y]) => [x + 2000, y] as const))).rejects.toMatchObject({
    code: 'outline-invalid',
  });
  const beside = [
    [2000, 100],
    [2200, 100],
    [2200, 300],
    [2000, 300],
  ] as const;
  await expect(draw(beside)).rejects.toMatchObject({
    code: 'outline-invalid',
    message: 'The outline holds nothing of the picture. Move it onto the lesion.',
  });
  expect((await ofImage(imageId)).outline).toBeNull();
});

test('an outline that touches an edge of the picture is of a lesion that is cut there', async () => {
  const { client } = station;
  const imageId = await importScene(scene);
  const isCut = async (x: number, y: number) => {
    const around = [
      [-80, 0],
      [0, -80],
      [80, 0],
      [0, 80],
    ] as const;
    const controls = around.map(([dx, dy]) => ({ x: x + dx, y: y + dy }));
    return (await client.call('measuring.outline', { imageId, controls })).isCut;
  };
  const [midX, midY] = [scene.widthPx / 2, scene.heightPx / 2];
  for (const [toX, toY] of [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
  ] as const) {
    const at = (toEdge: number) =>
      isCut(midX + toX * (midX - toEdge), midY + toY * (midY - toEdge));
    expect([await at(80), await at(81)], `${toX}, ${toY}`).toEqual([true, false]);
  }
});

test('two points of a ruler, then a mark, calibrate; each is taken back by itself', async () => {
  const { client } = station;
  const imageId = await importScene(scene);
  const by = (source: 'clicks' | 'mark', toX: number) =>
    ({
      source,
      from: { x: 100, y: 50 },
      to: { x: toX, y: 50 },
      lengthMm: 10,
      screenPx: 1,
    }) as const;
  await client.call('measuring.calibrate', { imageId, by: by('clicks', 400) });
  const mark = await client.call('measuring.calibrate', { imageId, by: by('mark', 410) });
  expect(mark).toMatchObject({ mmPerPx: expect.closeTo(10 / 310), origin: { source: 'mark' } });
  await client.call('measuring.takeScaleBack', { imageId });
  expect((await ofImage(imageId)).scale?.mmPerPx).toBeCloseTo(10 / 300);
  await client.call('measuring.takeScaleBack', { imageId });
  expect((await ofImage(imageId)).scale).toBeNull();
  await expect(
    client.call('measuring.calibrate', { imageId, by: by('clicks', 105) }),
  ).rejects.toMatchObject({ code: 'clicks-too-close' });
});

test('no ruler is found where there is none, and no outline where there is no lesion', async () => {
  const { client } = station;
  const bare = await importScene({ ...scene, ruler: null });
  expect(await client.call('measuring.findRuler', { imageId: bare })).toBeNull();
  await expect(
    client.call('measuring.calibrate', { imageId: bare, by: { source: 'ruler', markMm: 1 } }),
  ).rejects.toMatchObject({ code: 'no-ruler' });
  const small = await importBytes(await drawTestImage(7));
  expect(await client.call('measuring.findRuler', { imageId: small })).toBeNull();
  const skin = await importScene({ ...scene, ruler: null, lesion: null });
  expect(await client.call('measuring.propose', { imageId: skin })).toMatchObject({
    outline: null,
  });
});

test('of two lesions in one picture the larger and nearer to the middle is proposed, and the other one on demand', async () => {
  const { client } = station;
  const alone = (x: number, y: number, a: number) =>
    drawScene({ ...scene, ruler: null, lesion: { x, y, a, b: 0.8 * a, degrees: 0 } }).pixels;
  const [one, other] = [alone(250, 300, 3.5), alone(600, 320, 3)];
  // Each pixel from where it is darker, so that both lesions are there.
  const pixels = one.map((value, at) => Math.min(value, other[at] ?? 255));
  const raw = { width: 800, height: 600, channels: 3 } as const;
  const imageId = await importBytes(await sharp(pixels, { raw }).jpeg({ quality: 92 }).toBuffer());
  const proposed = async (which: number) => {
    const { found, outline } = await client.call('measuring.propose', { imageId, which });
    const controls = outline?.controls ?? [];
    return { found, x: controls.reduce((sum, { x }) => sum + x, 0) / controls.length };
  };
  const [first, second] = [await proposed(0), await proposed(1)];
  expect(first.found).toBe(2);
  expect(Math.abs(first.x - 250)).toBeLessThan(30);
  expect(Math.abs(second.x - 600)).toBeLessThan(40);
});

test('a mirrored picture measures the same', async () => {
  const { widthPx, heightPx, pixels } = drawScene(scene);
  const raw = { width: widthPx, height: heightPx, channels: 3 } as const;
  const mirrored = await importBytes(
    await sharp(pixels, { raw }).flop().jpeg({ quality: 92 }).toBuffer(),
  );
  const { client } = station;
  const ruler = await client.call('measuring.findRuler', { imageId: mirrored });
  expect(ruler?.spacingPx).toBeCloseTo(30, 0);
  const { outline } = await client.call('measuring.propose', { imageId: mirrored });
  expect(Math.abs((outline?.measures.longAxis.px ?? 0) / 240 - 1)).toBeLessThan(0.15);
});

test('one picture calibrates a camera: those that it took before and those that come, but of no other shape', async () => {
  const { client } = station;
  const before = await importScene(scene, 'Scope 10');
  const cut = await importScene({ ...scene, widthPx: 600 }, 'Scope 10');
  const another = await importScene(scene, 'Other');
  const own = await importScene(scene, 'Scope 10');
  const make = { imageId: own, magnification: '10×' };
  await expect(client.call('measuring.addProfile', make)).rejects.toMatchObject({
    code: 'profile-mismatch',
    message: expect.stringContaining('calibrate this one by a ruler first'),
  });
  await client.call('measuring.calibrate', { imageId: own, by: { source: 'ruler', markMm: 1 } });
  const profile = await client.call('measuring.addProfile', make);
  expect(profile).toMatchObject({ device: 'Lumen Scope 10', magnification: '10×' });
  expect(await client.call('measuring.applyProfile', { profileId: profile.id })).toEqual({
    images: 1,
  });
  expect((await ofImage(before)).scale).toMatchObject({
    origin: { source: 'device', profileId: profile.id, device: 'Lumen Scope 10' },
    mmPerPx: profile.mmPerPx,
  });
  expect((await ofImage(cut)).scale).toBeNull();
  expect((await ofImage(another)).scale).toBeNull();
  const after = await importScene(scene, 'Scope 10');
  expect((await ofImage(after)).scale?.origin.source).toBe('device');
  // With two magnifications a person has to say which one it was.
  await client.call('measuring.addProfile', { ...make, magnification: '20×' });
  const unsure = await ofImage(await importScene(scene, 'Scope 10'));
  expect(unsure).toMatchObject({ scale: null, profiles: [{ magnification: '10×' }, {}] });
  await client.call('measuring.withdrawProfile', { profileId: profile.id });
  expect((await ofImage(before)).scale?.origin.source).toBe('device');
});

test('a picture that names no camera makes no profile', async () => {
  const { client } = station;
  const imageId = await importScene(scene);
  await client.call('measuring.calibrate', { imageId, by: { source: 'ruler', markMm: 1 } });
  await expect(
    client.call('measuring.addProfile', { imageId, magnification: '' }),
  ).rejects.toMatchObject({ message: expect.stringContaining('does not say which camera') });
});

test('an image that is moved keeps its scale and outline', async () => {
  const { client } = station;
  const { patient } = await client.call('lesions.get', { lesionId });
  const other = await client.call('lesions.add', {
    patientId: patient.id,
    details: { label: 'B', bodySite: 'forearm', laterality: 'left' },
  });
  const imageId = await importScene(scene);
  await client.call('measuring.calibrate', { imageId, by: { source: 'ruler', markMm: 1 } });
  await client.call('images.move', { imageIds: [imageId], lesionId: other.id });
  const [moved] = await client.call('measuring.ofLesion', { lesionId: other.id });
  expect(moved).toMatchObject({ imageId, scale: { origin: { source: 'ruler' } } });
});

test('a lesion that grew is unusual by the visits before, whatever the order of import; what has no date, no scale or is cut says nothing of its size', async () => {
  const { client } = station;
  const { patient } = await client.call('lesions.get', { lesionId });
  const { id: own } = await client.call('lesions.add', {
    patientId: patient.id,
    details: { label: 'C', bodySite: 'forearm', laterality: 'left' },
  });
  const course = () => client.call('measuring.course', { lesionId: own });
  /** A lesion of these half axes, outlined and calibrated. */
  const visit = async (day: string | undefined, a: number, isCalibrated = true) => {
    const of = { ...scene, lesion: { x: 400, y: 270, a, b: 0.8 * a, degrees: 25 } };
    const imageId = await importScene(of, undefined, day && `${day} 10:00:00`);
    await client.call('images.move', { imageIds: [imageId], lesionId: own });
    await client.call('measuring.propose', { imageId });
    if (isCalibrated)
      await client.call('measuring.calibrate', { imageId, by: { source: 'ruler', markMm: 1 } });
    return imageId;
  };
  expect(await course()).toBeNull();
  await visit('2026:02:01', 4.6);
  await visit(undefined, 3);
  expect(await course()).toBeNull();
  await visit('2023:01:10', 2.6);
  await visit('2024:01:12', 2.6);
  await visit('2025:01:20', 2.6);
  const found = await course();
  expect(found).toMatchObject({ day: '2026-02-01', visits: 4 });
  expect(found?.longAxisMm?.high).toBeLessThan(9);
  expect(found?.asUnusual.size).toBeLessThan(5);

  await visit('2024:01:12', 2.6, false);
  const imageId = await visit('2025:01:20', 2.6);
  const corners = [
    ...[
      [0, 300],
      [400, 0],
      [800, 300],
      [400, 600],
    ],
  ] as const;
  const controls = corners.map(([x, y]) => ({ x, y }));
  const { isCut } = await client.call('measuring.outline', { imageId, controls });
  expect(isCut).toBe(true);
  const all = await course();
  expect([all?.visits, all?.longAxisMm]).toEqual([4, found?.longAxisMm]);
});

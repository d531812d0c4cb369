import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImageScale } from '../../src/clinic/entities/index.ts';
import { Connection } from '../../src/store/connection.ts';
import { addImage, addLesion, dataKeyOf, details, expectRefusal, newClinic } from './harness.ts';

const point = { x: 1, y: 2 };
const scale = (mmPerPx: number): Pick<ImageScale, 'mmPerPx' | 'relativeError' | 'origin'> => ({
  ...{ mmPerPx, relativeError: 0.01 },
  origin: { source: 'clicks', from: point, to: { x: 401, y: 2 }, lengthMm: 10 },
});
const axis = { px: 200, errorPx: 8, from: point, to: { x: 201, y: 2 } };
const lab = [40, 12, 18] as const;
const outline = (drawnBy: 'network' | 'person') => ({
  controls: [point, { x: 9, y: 2 }, { x: 9, y: 9 }, { x: 1, y: 9.5 }],
  isCut: drawnBy === 'network',
  network: drawnBy === 'network' ? { name: 'outline-1', sha256: 'a'.repeat(64) } : null,
  drawnBy,
  measures: {
    ...{ longAxis: axis, shortAxis: axis },
    ...{ area: { px: 30_000, errorPx: 900 }, perimeter: { px: 630, errorPx: 20 }, clarity: 0.8 },
    appearance: {
      colour: { lesion: lab, variegation: 4, skin: null, contrast: null },
      asymmetry: [
        { shape: 0.1, colour: 3 },
        { shape: 0.2, colour: 4 },
      ] as const,
      compactness: 0.9,
    },
  },
});

async function clinicWithImage() {
  const clinic = await newClinic();
  const patient = clinic.store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(clinic.store, patient.id);
  return { ...clinic, patient, image: addImage(clinic.store, lesion.id, Buffer.from('one')) };
}

test('an image has no scale until it is given one, and the newest holds', async () => {
  const { store, user, image } = await clinicWithImage();
  const { measuring } = store;
  expect(measuring.scaleOf(image.id)).toBeNull();
  measuring.addScale(image.id, scale(0.02), user.id);
  const second = measuring.addScale(image.id, scale(0.03), user.id);
  expect(measuring.scaleOf(image.id)).toEqual(second);
  expect(second).toMatchObject({ mmPerPx: 0.03, userName: user.name, origin: { lengthMm: 10 } });
});

test('what is taken back leaves what was there before, down to nothing', async () => {
  const { store, user, image } = await clinicWithImage();
  const { measuring } = store;
  const first = measuring.addScale(image.id, scale(0.02), user.id);
  measuring.addScale(image.id, scale(0.03), user.id);
  measuring.withdrawScale(image.id);
  expect(measuring.scaleOf(image.id)).toEqual(first);
  measuring.withdrawScale(image.id);
  expect(measuring.scaleOf(image.id)).toBeNull();
  await expectRefusal('not-found', () => measuring.withdrawScale(image.id));
  expect(measuring.outlineOf(image.id)).toBeNull();
  const proposed = measuring.addOutline(image.id, outline('network'), user.id);
  const drawn = measuring.addOutline(image.id, outline('person'), user.id);
  expect(measuring.outlineOf(image.id)).toEqual(drawn);
  expect([proposed, drawn]).toMatchObject([outline('network'), outline('person')]);
  measuring.withdrawOutline(image.id);
  expect(measuring.outlineOf(image.id)).toEqual(proposed);
  measuring.withdrawOutline(image.id);
  await expectRefusal('not-found', () => measuring.withdrawOutline(image.id));
});

test('an image that is not there is neither scaled nor outlined', async () => {
  const { store, user, patient } = await clinicWithImage();
  const { measuring } = store;
  await expectRefusal('not-found', () => measuring.addScale(patient.id, scale(1), user.id));
  await expectRefusal('not-found', () =>
    measuring.addOutline(patient.id, outline('person'), user.id),
  );
});

test('a camera has one profile a magnification, and a withdrawn one is not found', async () => {
  const { store, user } = await clinicWithImage();
  const { measuring } = store;
  const profile = { device: 'DermLite', widthPx: 4000, heightPx: 3000, relativeError: 0.01 };
  const add = (magnification: string, mmPerPx: number) =>
    measuring.addProfile({ ...profile, magnification, mmPerPx }, user.id);
  const first = add('', 0.01);
  const second = add('', 0.012);
  const near = add('20×', 0.006);
  expect(measuring.profiles()).toEqual([second, near]);
  expect(measuring.profilesOf('another')).toEqual([]);
  await expectRefusal('not-found', () => measuring.profile(first.id));
  measuring.withdrawProfile(near.id);
  expect(measuring.profilesOf('DermLite')).toEqual([second]);
});

test('a scale, an outline and a profile are never changed, by whatever way', async () => {
  const { folder, store, user, image } = await clinicWithImage();
  store.measuring.addScale(image.id, scale(0.02), user.id);
  store.measuring.addOutline(image.id, outline('network'), user.id);
  const size = { widthPx: 4, heightPx: 3 };
  store.measuring.addProfile(
    { device: 'D', magnification: '', mmPerPx: 1, relativeError: 0, ...size },
    user.id,
  );
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  for (const change of [
    'image_scale SET mm_per_px = 1',
    "image_outline SET drawn_by = 'person'",
    'device_profile SET mm_per_px = 2',
  ])
    expect(() => connection.run(`UPDATE ${change}`)).toThrow(/never changed/);
  connection.close();
});

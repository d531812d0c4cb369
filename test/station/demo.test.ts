import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { localDay, monthsAfter } from '../../src/clinic/entities/days.ts';
import type { DecodedImage, Decoder } from '../../src/imaging/decoder.ts';
import { demoImageCount, openDemoClinic } from '../../src/station/demo/demo.ts';
import { demoPatients } from '../../src/station/demo/patients.ts';
import type { Importer, ImportFile } from '../../src/station/importer.ts';
import type { Session, Work } from '../../src/station/session.ts';
import { type ClinicStore, type Clock, createClinic } from '../../src/store/index.ts';
import { addImage, addReading, findPatients, kdf } from '../store/harness.ts';

type Phantom = Parameters<Decoder['drawPhantom']>[0];
type Photograph = Parameters<Decoder['drawOverview']>[0];

const now = new Date('2026-11-28T12:00:00.000Z');
/** What was asked of the session and the decoder, in order. */
const order: string[] = [];
const phantoms: Phantom[] = [];
const photographs: Photograph[] = [];
const progress: number[] = [];
/** Until when the accelerator was waited for. */
const waits: AbortSignal[] = [];
const acceleratorReady = async (signal: AbortSignal) => {
  waits.push(signal);
  order.push('accelerator');
};
const root = mkdtempSync(path.join(tmpdir(), 'dermaspike-demo-'));
const stores: ClinicStore[] = [];
let store: ClinicStore;
let userId: string;
let assertOpen = () => {};

const bytesOf = (index: number) => new Uint8Array(300).fill(index);
const decoder = {
  drawPhantom: async (given: Phantom) => bytesOf(phantoms.push(given)),
  drawOverview: async (given: Photograph) => bytesOf(200 + photographs.push(given)),
  read: async () =>
    ({
      ...{ format: 'jpeg', widthPx: 540, heightPx: 720, capturedAt: null, device: null },
      thumbnail: new Uint8Array([1]),
    }) as unknown as DecodedImage,
} as unknown as Decoder;
const importer = {
  import: async ({ store: into }: Work, { lesionId, bytes, fileName }: ImportFile) => {
    const image = addImage(into, lesionId, bytes, fileName);
    return { outcome: 'imported', image, reading: addReading(into, image.id), readingError: null };
  },
} as unknown as Importer;
const untilLocked = new AbortController().signal;
const session = {
  hasDemo: false,
  makeDemo: async (
    userName: string,
    passphrase: string,
    clock: Clock,
    fill: (work: Work) => Promise<void>,
  ) => {
    const clinic = { clinicName: 'Demo clinic', demo: true, userName, passphrase, clock, kdf };
    const created = await createClinic(mkdtempSync(path.join(root, 'demo-')), clinic);
    store = created.store;
    stores.push(store);
    userId = created.user.id;
    await fill({ store, userId, untilLocked, assertOpen: () => assertOpen() });
    order.push('made');
  },
  openDemo: async (...given: string[]) => void order.push(`open ${given.join(', ')}`),
};
const parts = { session: session as unknown as Session, importer, decoder, acceleratorReady };
const open = () => openDemoClinic(parts, (done) => progress.push(done));

const all = demoPatients.flatMap(({ details, lesions }, patient) =>
  lesions.map((lesion) => ({ details, lesion, patient })),
);
/** When a picture of a lesion, by its place among all, was taken. */
function takenAt(place: number, monthsAgo: number): Date {
  const at = new Date(now);
  at.setMonth(at.getMonth() - monthsAgo);
  const hoursBefore = demoPatients.length - (all[place]?.patient ?? 0);
  return new Date(at.getTime() - hoursBefore * 3_600_000 + (place + 1) * 300_000);
}
const expected = all
  .flatMap(({ lesion, ...of }, place) =>
    lesion.shots.map((shot, index) => ({
      ...{ ...of, lesion, place, shot, index, at: takenAt(place, shot.monthsAgo) },
    })),
  )
  .toSorted((one, other) => one.at.getTime() - other.at.getTime());
const local = (at: Date) =>
  new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);

afterAll(() => {
  for (const each of stores) each.close();
  rmSync(root, { recursive: true, force: true });
});

describe('the demo clinic', () => {
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now });
    await open();
    vi.useRealTimers();
  });
  const lesions = () =>
    all.map(({ lesion, details }) => {
      const found = store.patients.findByNumber(details.recordNumber ?? '');
      const own = store.lesions.listByPatient(found?.id ?? '');
      const record = own.find(({ label }) => label === lesion.label);
      if (!record) throw new Error(`no lesion ${lesion.label}`);
      return { ...record, of: lesion };
    });

  test('is made once its accelerator is there, then opened by a passphrase that is no secret', async () => {
    expect(order).toEqual([
      'accelerator',
      'made',
      'open Demo clinician, nothing in here is secret',
    ]);
    expect(waits).toEqual([untilLocked]);
  });

  test('has a picture of each lesion at each of its times, the oldest taken first, with how far that is', () => {
    expect(phantoms).toHaveLength(expected.length);
    expect(demoImageCount).toBe(expected.length);
    expect(progress).toEqual(expected.map((_, index) => index + 1));
    for (const [
      index,
      { details, lesion, place, shot, index: shotIndex, at },
    ] of expected.entries())
      expect(phantoms[index], `${index}`).toEqual({
        ...{ seed: place + 1, kind: lesion.kind, sizePx: [480, 360], shot: shotIndex },
        capturedAt: local(at),
        ...(shot.growth && { growth: shot.growth }),
        ...(details.phototype && { phototype: details.phototype }),
      });
  });

  test('has each patient and lesion once, and its pictures by their numbers, at the time that they were taken', () => {
    expect(findPatients(store).entries).toHaveLength(demoPatients.length);
    for (const [place, { id, of, position }] of lesions().entries()) {
      const own = expected.filter((take) => take.place === place);
      expect(position).toEqual({ view: of.view, x: of.at[0], y: of.at[1] });
      const images = store.images
        .listByLesion(id)
        .toSorted((a, b) => (a.importedAt < b.importedAt ? -1 : 1));
      expect(images.map(({ importedAt }) => importedAt)).toEqual(
        own.map(({ at }) => at.toISOString()),
      );
      expect(images.map(({ fileName }) => fileName)).toEqual(
        own.map((take) => `phantom-${String(expected.indexOf(take) + 1).padStart(2, '0')}.jpg`),
      );
    }
  });

  test('has what was said of them, when each is to be seen again, and what is awaited', () => {
    for (const [place, { id }] of lesions().entries())
      for (const { at, shot } of expected.filter((take) => take.place === place)) {
        const image = store.images
          .listByLesion(id)
          .find(({ importedAt }) => importedAt === at.toISOString());
        const [review, ...others] = store.reviews.listByImage(image?.id ?? '');
        expect(others).toEqual([]);
        if (!shot.review) expect(review).toBeUndefined();
        else {
          const { inMonths, ...said } = shot.review;
          const dueOn = inMonths === undefined ? null : monthsAfter(localDay(at), inMonths);
          expect(review).toMatchObject({ ...said, dueOn });
          expect(review?.readingId).toBe(store.readings.newestByImage(image?.id ?? '')?.id);
        }
      }
  });

  test('has photographs of a back in which the lesion is marked where it lies', () => {
    const taken = expected.filter(({ shot }) => shot.onBack);
    expect(photographs).toEqual(
      taken.map(({ details, patient, shot, index, at }) => ({
        ...{ seed: patient + 1, sizePx: [540, 720], phototype: details.phototype, shot: index },
        spots: [{ ...shot.onBack, growth: shot.growth ?? 1 }],
        capturedAt: local(at),
      })),
    );
    const [lesion] = lesions();
    const overviews = store.overviews.listByPatient(lesion?.patientId ?? '');
    expect(overviews.map(({ fileName, region }) => `${region} ${fileName}`).toSorted()).toEqual(
      taken.map(({ index }) => `back phantom-back-${index + 1}.jpg`).toSorted(),
    );
    for (const { id } of overviews)
      expect(store.overviews.markerOf(id, lesion?.id ?? '')).toMatchObject(
        taken[0]?.shot.onBack ?? {},
      );
  });

  test('has closed what was excised, on the day of its last picture, with its finding, and awaits nothing of it', () => {
    for (const [place, { of, closure, id }] of lesions().entries()) {
      const last = expected.findLast((take) => take.place === place);
      const on = localDay(last?.at ?? now);
      expect(closure).toEqual(of.closed ? { on, reason: of.closed } : null);
      const findings = store.histology.list().filter(({ lesionId }) => lesionId === id);
      expect(findings).toHaveLength(of.histology ? 1 : 0);
      if (of.histology) expect(findings[0]).toMatchObject({ takenOn: on, ...of.histology });
      const awaited = store.followUps.listByLesion(id).filter(({ ended }) => ended === null);
      if (of.closed) expect(awaited).toEqual([]);
    }
  });
});

test('a demo clinic that is there is opened, and not made', async () => {
  session.hasDemo = true;
  order.length = 0;
  await open();
  expect(order).toEqual(['open Demo clinician, nothing in here is secret']);
  session.hasDemo = false;
});

test.each([0, 1])(
  'its making ends with a lock, at the next picture or when one is read: %i',
  async (reads) => {
    [phantoms.length, progress.length] = [0, 0];
    let left = reads;
    assertOpen = () => {
      if (left-- === 0) throw new Error('locked');
    };
    await expect(open()).rejects.toThrow('locked');
    expect([phantoms.length, progress]).toEqual([reads, []]);
  },
);

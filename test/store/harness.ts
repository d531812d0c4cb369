import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect } from 'vitest';
import {
  type AcceleratorIdentity,
  type LesionImage,
  type Overview,
  type PatientDetails,
  type PatientListView,
  patientDetails,
  patientListView,
  type Reading,
  type VerdictKind,
  type WorklistView,
  worklistView,
} from '../../src/clinic/entities/index.ts';
import { findUserSlot, readClinicFile } from '../../src/store/clinic-file.ts';
import {
  type ClinicStore,
  type Clock,
  createClinic,
  type StoreErrorCode,
} from '../../src/store/index.ts';
import { openUserSlot } from '../../src/store/key-slots.ts';

/** Costs milliseconds where the real one costs a third of a second. */
export const kdf = { n: 16, r: 8, p: 1 };
export const userName = 'Dr. Ada Grün';
export const passphrase = 'copper lantern orchard';

const atEnd: (() => void)[] = [];
afterEach(() => {
  for (const end of atEnd.splice(0).reverse()) end();
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-store-'));
  atEnd.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Has `store` closed after the test, whatever happens in it. */
export function closing<T extends { readonly store: ClinicStore }>(opened: T): T {
  atEnd.push(() => opened.store.close());
  return opened;
}

export async function newClinic(folder = temporaryFolder(), clock?: Clock) {
  const given = { clinicName: 'Hautklinik am See', demo: false, userName, passphrase, kdf };
  const clinic = { ...given, ...(clock && { clock }) };
  return { folder, ...closing(await createClinic(folder, clinic)) };
}

/** A recovery key with another last symbol. */
export const mistyped = (recoveryKey: string) =>
  recoveryKey.replace(/.$/, (last) => (last === '0' ? '1' : '0'));

/** The key under the first user's slot, for tests that look beneath the store. */
export function dataKeyOf(folder: string): Promise<Buffer> {
  const file = readClinicFile(folder);
  const slot = findUserSlot(file.users, userName);
  if (!slot) throw new Error('The test clinic lacks its user.');
  return openUserSlot(file.clinicId, slot, passphrase);
}

export function details(given: Partial<PatientDetails> & { familyName: string }): PatientDetails {
  return patientDetails.parse(given);
}

/** Those whom the patients' list shows for a text, all on one page. */
export function findPatients(
  store: ClinicStore,
  text = '',
  show: PatientListView['show'] = 'current',
) {
  const view = patientListView.parse({ show });
  return store.patientList.page({ ...view, text, after: null, limit: 1000 });
}

/** A clinic with patients, and whose family names a text finds. */
export async function clinicOf(...people: Parameters<typeof details>[0][]) {
  const { store } = await newClinic();
  for (const person of people) store.patients.enrol(details(person));
  const find = (text: string, show: PatientListView['show'] = 'current') =>
    findPatients(store, text, show).entries.map(({ patient }) => patient.familyName);
  return { store, find };
}

/** What waits for a review, as the worklist is first looked at. */
export function waitingLesions(store: ClinicStore, view: Partial<WorklistView> = {}) {
  const [user] = store.accounts.list();
  const asked = { ...worklistView.parse(view), reviewerId: user?.id ?? '', text: '', only: null };
  return store.worklist.page({ ...asked, after: null, limit: 1000 }).entries;
}

export function addLesion(store: ClinicStore, patientId: string, label = 'A') {
  return store.lesions.add(patientId, {
    label,
    bodySite: 'upper-back',
    laterality: 'left',
    position: { view: 'back', x: 0.1, y: 1 / 3 },
    note: '',
  });
}

export function addImage(
  store: ClinicStore,
  lesionId: string,
  original: Uint8Array = randomBytes(3000),
  fileName = 'IMG_0001.JPG',
  visitedAt = new Date().toISOString(),
): LesionImage {
  const { patientId } = store.lesions.get(lesionId);
  return store.transaction(() =>
    store.images.add({
      lesionId,
      visitId: store.visits.forDay(patientId, visitedAt).id,
      sha256: sha256(original),
      fileName,
      format: 'jpeg',
      widthPx: 600,
      heightPx: 450,
      capturedAt: '2026-03-01T10:20:30',
      device: null,
      quality: { sharpness: 123.456, exposure: 0.5, clipped: 0.01, skin: 1 / 3 },
      qualityWarnings: ['blurred'],
      original,
      thumbnail: original.subarray(0, 200),
    }),
  );
}

export function addOverview(
  store: ClinicStore,
  patientId: string,
  userId: string,
  original: Uint8Array = randomBytes(3000),
  fileName = 'DSC_2001.JPG',
): Overview {
  return store.overviews.add(
    {
      ...{ patientId, region: 'back', sha256: sha256(original), fileName, format: 'jpeg' },
      ...{ widthPx: 3000, heightPx: 4000, capturedAt: '2026-03-01T10:20:30', device: null },
      ...{ original, thumbnail: original.subarray(0, 200) },
    },
    userId,
  );
}

const networkSha256 = sha256('network');
const headSha256 = sha256('head');

export const emulator: AcceleratorIdentity = {
  kind: 'emulator',
  name: 'Emulator (event engine)',
  version: '1',
};

export function addReading(
  store: ClinicStore,
  imageId: string,
  {
    durationMs = 1.25,
    accelerator = emulator,
    verdict = 'unclear',
  }: { durationMs?: number; accelerator?: AcceleratorIdentity; verdict?: VerdictKind } = {},
): Reading {
  return store.transaction(() => {
    store.models.putNetwork({ name: 'Backbone', sha256: networkSha256, card: { licence: 'x' } });
    store.models.putHead({ name: 'Head', sha256: headSha256, networkSha256, json: '{"a": 1}' });
    return store.readings.add({
      imageId,
      networkName: 'Backbone',
      networkSha256,
      headName: 'Head',
      headSha256,
      accelerator,
      probabilities: [
        { code: 'NV', name: 'Naevus', gravity: 'benign', probability: 2 / 3 },
        { code: 'MEL', name: 'Melanoma', gravity: 'malignant', probability: 1 / 3 },
      ],
      advice: null,
      verdict: {
        kind: verdict,
        reasons: ['uncalibrated'],
        malignancy: 1 / 3,
        confidence: 'undecided',
        isLate: false,
      },
      spikeCounts: Int32Array.from({ length: 256 }, (_, index) => index - 128),
      durationMs,
    });
  });
}

export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Expects a `StoreError` of this code; returns its message. */
export async function expectRefusal(code: StoreErrorCode, work: () => unknown): Promise<string> {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(error).toMatchObject({ name: 'StoreError', code });
  return error instanceof Error ? error.message : '';
}

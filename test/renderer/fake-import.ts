import type { ImportResult } from '../../src/station/contract/index.ts';
import type { Clinic, StoredImage } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';
import { fakeId, fakeImage } from './fake-records.ts';

interface FileInput {
  readonly lesionId: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** How long each phase lasts, so that it can be seen. */
const phaseMs = 150;

/** Takes any file; its name decides what becomes of it. */
export async function fakeImport(
  clinic: Clinic,
  { lesionId, fileName, bytes }: FileInput,
  report: (phase: string) => void,
  signal: AbortSignal,
): Promise<ImportResult> {
  for (const phase of ['checking', 'decoding', 'reading', 'saving']) {
    report(phase);
    await new Promise((resolve) => setTimeout(resolve, phaseMs));
    if (signal.aborted) fail('cancelled', 'Cancelled.');
    if (phase === 'checking' && bytes.length === 0)
      fail('empty-file', `${fileName} is empty: it holds no image.`);
    if (phase === 'decoding' && fileName.endsWith('.txt'))
      fail('not-an-image', `${fileName} is not an image that can be read. Import JPEG or PNG.`);
  }
  const lesion = clinic.lesion(lesionId);
  const existing = clinic.images.find(({ stored }) => stored.fileName === fileName);
  if (existing) {
    const home = clinic.lesion(existing.stored.lesionId);
    return {
      outcome: 'duplicate',
      image: existing.stored,
      lesion: home,
      patient: clinic.patient(home.patientId),
    };
  }
  const now = new Date().toISOString();
  const image: StoredImage = {
    stored: fakeImage(lesion.id, fakeId(), bytes.length % 97, { fileName, importedAt: now }),
    seed: bytes.length % 97,
    readings: [],
    reviews: [],
  };
  clinic.images.push(image);
  if (fileName.startsWith('unreadable'))
    return {
      outcome: 'imported',
      image: image.stored,
      reading: null,
      readingError: { code: 'accelerator-failed', message: 'The emulator stopped while reading.' },
    };
  clinic.read(image, now);
  return {
    outcome: 'imported',
    image: image.stored,
    reading: image.readings[0] ?? null,
    readingError: null,
  };
}

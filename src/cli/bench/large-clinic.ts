import { createHash } from 'node:crypto';
import { Random } from '../../../native-bridge/shared/random.ts';
import {
  bodySites,
  type Gravity,
  type LesionImage,
  lesionDetails,
  patientDetails,
  type Reading,
} from '../../clinic/entities/index.ts';
import { type ClinicStore, createClinic, type ScryptCost } from '../../store/index.ts';

export interface ClinicSize {
  readonly images: number;
  /** Of these, the ones that nobody has reviewed. */
  readonly waiting: number;
  /** What its passphrase costs; as much as a clinic’s own, if not given. */
  readonly kdf?: ScryptCost;
}

/** Who unlocks it. */
export const syntheticUser = { userName: 'Bench', passphrase: 'nobody is in this clinic' };

const hour = 3_600_000;
const perTransaction = 500;
/** Of a clinic's patients; lesions and images of each come in all sizes. */
const imagesPerPatient = 5;

const syllables: [string, ...string[]] = [
  'ba',
  'den',
  'fri',
  'gul',
  'ho',
  'ja',
  'kor',
  'lin',
  'mo',
  'nes',
  'öl',
  'pra',
];
const endings: [string, ...string[]] = [
  'berg',
  'dal',
  'ette',
  'gård',
  'hausen',
  'ina',
  'kowski',
  'li',
  'mann',
  'son',
];

/** What the readings say that they were made by, and the counts that they have. */
export interface SyntheticReader {
  readonly networkSha256: string;
  readonly headSha256: string;
  readonly counts: (random: Random) => Int32Array;
  /** What was made of them; drawn, if not given. */
  readonly score?: (counts: Int32Array) => Pick<Reading, 'probabilities' | 'advice' | 'verdict'>;
}

const syntheticReader: SyntheticReader = {
  networkSha256: hash('network'),
  headSha256: hash('head'),
  counts: () => new Int32Array(256),
};
const gravities: Record<string, Gravity> = {
  akiec: 'pre-malignant',
  bcc: 'malignant',
  bkl: 'benign',
  df: 'benign',
  mel: 'malignant',
  nv: 'benign',
  vasc: 'benign',
};

/**
 * A clinic of patients, lesions, images and readings that nobody is and nobody has, imported over
 * five years; encrypted like any other. An image's bytes are few: lists do not touch them.
 */
export async function buildClinic(
  folder: string,
  size: ClinicSize,
  onProgress: (images: number) => void,
  reader: SyntheticReader = syntheticReader,
): Promise<ClinicStore> {
  const random = new Random(1);
  let now = Date.UTC(2021, 0, 4, 8);
  const step = (5 * 365 * 24 * hour) / size.images;
  const { store, user } = await createClinic(folder, {
    clinicName: 'Synthetic',
    demo: false,
    ...syntheticUser,
    ...(size.kdf && { kdf: size.kdf }),
    clock: () => new Date(now),
  });
  store.transaction(() => {
    const { networkSha256, headSha256 } = reader;
    store.models.putNetwork({ name: 'network', sha256: networkSha256, card: {} });
    store.models.putHead({ name: 'head', sha256: headSha256, networkSha256, json: '{}' });
  });
  const lesions: string[] = [];
  const addPatient = (index: number) => {
    const patient = store.patients.enrol(
      patientDetails.parse({
        familyName: name(random),
        givenName: name(random),
        recordNumber: `P-${String(index).padStart(6, '0')}`,
        birthDate: new Date(Date.UTC(1930 + random.below(80), 0, 1 + random.below(365)))
          .toISOString()
          .slice(0, 10),
      }),
    );
    for (let label = 0; label <= random.below(4); label++)
      lesions.push(
        store.lesions.add(
          patient.id,
          lesionDetails.parse({
            label: String.fromCharCode(65 + label),
            bodySite: bodySites[random.below(bodySites.length)],
          }),
        ).id,
      );
  };
  for (let first = 0; first < size.images; first += perTransaction)
    store.transaction(() => {
      const last = Math.min(first + perTransaction, size.images);
      for (let index = first; index < last; index++) {
        now += step;
        if (index % imagesPerPatient === 0) addPatient(index / imagesPerPatient);
        // Mostly a recent patient comes, now and then one of years ago.
        const back = random.below(random.below(5) === 0 ? lesions.length : 40);
        const lesionId = lesions[Math.max(0, lesions.length - 1 - back)] ?? '';
        const image = addImage(store, lesionId, index, new Date(now));
        const reading = addReading(store, image.id, random, reader);
        // Nearly all that waits is recent; what is left of earlier years is spread over them.
        const isLate = index >= size.images - size.waiting * 0.8;
        const isForgotten = random.below(size.images) < size.waiting * 0.25;
        if (!isLate && !isForgotten)
          store.reviews.add({
            imageId: image.id,
            readingId: reading.id,
            reviewerId: user.id,
            details: { impression: 'nv', decision: 'monitor', note: '' },
          });
      }
      onProgress(last);
    });
  return store;
}

/** A patient of many lesions with many images each, the newest without a review. */
export async function buildPatient(
  folder: string,
  {
    lesions,
    imagesEach,
    thumbnail,
  }: { lesions: number; imagesEach: number; thumbnail: Uint8Array },
): Promise<void> {
  const random = new Random(2);
  let now = Date.UTC(2016, 0, 4, 8);
  const { store, user } = await createClinic(folder, {
    clinicName: 'Synthetic',
    demo: false,
    ...syntheticUser,
    clock: () => new Date(now),
  });
  store.transaction(() => {
    const { networkSha256, headSha256 } = syntheticReader;
    store.models.putNetwork({ name: 'network', sha256: networkSha256, card: {} });
    store.models.putHead({ name: 'head', sha256: headSha256, networkSha256, json: '{}' });
    const { id } = store.patients.enrol(
      patientDetails.parse({ familyName: 'Largeberg', givenName: 'Synthia' }),
    );
    const added = Array.from({ length: lesions }, (_, index) => {
      const place = { label: `L${index + 1}`, bodySite: bodySites[index % bodySites.length] };
      return store.lesions.add(id, lesionDetails.parse(place)).id;
    });
    for (let index = 0; index < lesions * imagesEach; index++) {
      now += 12 * hour;
      const lesionId = added[index % lesions] ?? '';
      const capturedAt = new Date(now).toISOString().slice(0, 19);
      const own = { capturedAt, thumbnail };
      const image = addImage(store, lesionId, index, new Date(now), own);
      const reading = addReading(store, image.id, random, syntheticReader);
      if (index < lesions * (imagesEach - 1))
        store.reviews.add({
          imageId: image.id,
          readingId: reading.id,
          reviewerId: user.id,
          details: { impression: 'nv', decision: 'no-action', note: '' },
        });
    }
  });
  store.close();
}

function name(random: Random): string {
  const word = random.of(syllables) + random.of(syllables) + random.of(endings);
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function addImage(
  store: ClinicStore,
  lesionId: string,
  index: number,
  at: Date,
  own: { capturedAt?: string; thumbnail?: Uint8Array } = {},
): LesionImage {
  const original = Buffer.from(`image ${index}`);
  const { patientId } = store.lesions.get(lesionId);
  return store.images.add({
    lesionId,
    visitId: store.visits.forDay(patientId, at.toISOString()).id,
    sha256: hash(original),
    fileName: `IMG_${index}.JPG`,
    format: 'jpeg',
    widthPx: 600,
    heightPx: 450,
    capturedAt: own.capturedAt ?? null,
    device: null,
    quality: { sharpness: 100, exposure: 0.5, clipped: 0, skin: 1 },
    qualityWarnings: [],
    original,
    thumbnail: own.thumbnail ?? original,
  });
}

function addReading(
  store: ClinicStore,
  imageId: string,
  random: Random,
  { networkSha256, headSha256, counts, score }: SyntheticReader,
): Reading {
  const spikeCounts = counts(random);
  const weights = Object.entries(gravities).map(([code, gravity]) => {
    const isLikely = gravity === 'benign' || random.below(8) === 0;
    return { code, name: code, gravity, weight: 1 + random.below(isLikely ? 1000 : 60) };
  });
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const probabilities = weights
    .map(({ weight, ...named }) => ({ ...named, probability: weight / total }))
    .sort((a, b) => b.probability - a.probability);
  const malignancy = probabilities.reduce(
    (sum, { gravity, probability }) => (gravity === 'benign' ? sum : sum + probability),
    0,
  );
  return store.readings.add({
    imageId,
    networkName: 'network',
    networkSha256,
    headName: 'head',
    headSha256,
    accelerator: { kind: 'emulator', name: 'Emulator', version: '1' },
    probabilities,
    advice: {
      possible: [probabilities[0]?.code ?? ''],
      coverage: 0.9,
      unfamiliarity: 1,
      unfamiliarityLimit: 2,
      entropy: 0.5,
    },
    verdict: {
      kind: malignancy > 0.35 ? 'suspicious' : random.of(['no-sign', 'no-sign', 'unclear']),
      reasons: [],
      malignancy,
      confidence: 'leaning',
      isLate: false,
    },
    durationMs: 10,
    spikeCounts,
    ...score?.(spikeCounts),
  });
}

function hash(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

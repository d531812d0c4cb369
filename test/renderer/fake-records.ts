import type {
  Advice,
  ClassProbability,
  LesionImage,
  QualityWarning,
  Reading,
  Verdict,
} from '../../src/clinic/entities/index.ts';
import { randomFrom } from './phantom.ts';

export const classes = [
  {
    code: 'akiec',
    name: 'Actinic keratosis / intraepithelial carcinoma',
    gravity: 'pre-malignant',
  },
  { code: 'bcc', name: 'Basal cell carcinoma', gravity: 'malignant' },
  {
    code: 'bkl',
    name: 'Benign keratosis (seborrhoeic keratosis, solar lentigo, lichen-planus-like keratosis)',
    gravity: 'benign',
  },
  { code: 'df', name: 'Dermatofibroma', gravity: 'benign' },
  { code: 'mel', name: 'Melanoma', gravity: 'malignant' },
  { code: 'nv', name: 'Melanocytic naevus', gravity: 'benign' },
  { code: 'vasc', name: 'Vascular lesion', gravity: 'benign' },
] as const;

let serial = 0;

/** Ids in the order in which they are asked for. */
export function fakeId(): string {
  serial += 1;
  return `018f0000-0000-7000-8000-${serial.toString(16).padStart(12, '0')}`;
}

export const fakeHash = (seed: number): string =>
  Array.from({ length: 64 }, (_, index) => ((seed * 31 + index * 7 + 5) % 16).toString(16)).join(
    '',
  );

export const hoursAgo = (hours: number): string =>
  new Date(Date.now() - hours * 3_600_000).toISOString();

export function fakeReading(
  imageId: string,
  seed: number,
  createdAt: string,
  warnings: readonly QualityWarning[] = [],
): Reading {
  const random = randomFrom(seed + 99);
  const weights = classes.map(({ code }) => random() ** 4 * (code === 'nv' ? 3 : 1) + 0.002);
  weights[seed % 2 ? (seed % 4 === 1 ? 4 : 2) : 5] = 1 + random() * 2;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const probabilities = classes
    .map((entry, index) => ({ ...entry, probability: (weights[index] ?? 0) / total }))
    .sort((a, b) => b.probability - a.probability);
  return {
    id: fakeId(),
    imageId,
    networkName: 'qana-4',
    networkSha256: fakeHash(3),
    headName: 'ham7',
    headSha256: fakeHash(9),
    accelerator: { kind: 'emulator', name: 'Emulator (SIMD engine)', version: '0.1.0' },
    probabilities,
    advice: fakeAdvice(probabilities),
    verdict: fakeVerdict(probabilities, warnings),
    durationMs: 8 + random() * 6,
    createdAt,
  };
}

function fakeAdvice(probabilities: readonly ClassProbability[]): Advice {
  const possible = probabilities.filter(({ probability }) => probability > 0.15);
  return {
    possible: possible.map(({ code }) => code),
    coverage: 0.9,
    unfamiliarity: 210,
    unfamiliarityLimit: 420,
    entropy: 0.8,
  };
}

function fakeVerdict(
  probabilities: readonly ClassProbability[],
  warnings: readonly QualityWarning[],
): Verdict {
  const malignancy = probabilities
    .filter(({ gravity }) => gravity !== 'benign')
    .reduce((sum, { probability }) => sum + probability, 0);
  const rest = { malignancy, isLate: false };
  if (warnings.includes('blurred'))
    return { kind: 'unusable', reasons: ['blurred'], confidence: 'undecided', ...rest };
  if (malignancy > 0.2)
    return {
      kind: 'suspicious',
      reasons: ['malignancy', ...warnings],
      confidence: 'leaning',
      ...rest,
    };
  return (probabilities[0]?.probability ?? 0) < 0.62
    ? {
        kind: 'unclear',
        reasons: ['unfamiliar', 'malignant-class-possible'],
        confidence: 'unfamiliar',
        ...rest,
      }
    : { kind: 'no-sign', reasons: [], confidence: 'sure', ...rest };
}

interface ImageFacts {
  fileName: string;
  importedAt: string;
  capturedAt?: string;
  qualityWarnings?: QualityWarning[];
}

export function fakeImage(
  lesionId: string,
  visitId: string,
  seed: number,
  facts: ImageFacts,
): LesionImage {
  return {
    id: fakeId(),
    lesionId,
    visitId,
    sha256: fakeHash(seed),
    format: 'jpeg',
    widthPx: 2048,
    heightPx: 1536,
    byteLength: 1_834_020,
    capturedAt: null,
    device: 'DermLite Foto X',
    quality: { sharpness: 412, exposure: 0.52, clipped: 0.01, skin: 0.93 },
    qualityWarnings: [],
    removedAt: null,
    ...facts,
  };
}

/** About as the picture alone; `null` where the age is not known. */
export function fakeWithAge(record: {
  image: LesionImage;
  patient: { birthDate: string | null };
  readings: readonly Reading[];
}) {
  const [reading] = record.readings;
  const { birthDate } = record.patient;
  const { capturedAt } = record.image;
  if (!reading || !birthDate || !capturedAt) return null;
  const { probabilities, verdict } = reading;
  const years = Number(capturedAt.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return { years, probabilities, malignancy: Math.min(1, verdict.malignancy * 1.2) };
}

import path from 'node:path';
import { expect, test } from 'vitest';
import { type Verdict, verdictRanks } from '../../src/clinic/entities/index.ts';
import { Connection } from '../../src/store/connection.ts';
import { loadMigrations, migrate } from '../../src/store/migrations.ts';
import { ReadingRepository } from '../../src/store/repositories/readings.ts';
import { sha256, temporaryFolder } from './harness.ts';

const clock = () => new Date('2026-01-02T03:04:05.678Z');
const program = loadMigrations();
const before = program.slice(0, 5);
const at = clock().toISOString();
const qana3 = '45f7a580065ebd2835a73075f9b8cfb39c9789c77243b21d3f07cd203ca39d2f';
const serial = (number: number) => `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** A reading as the program wrote it before there were verdicts. */
interface OldReading {
  readonly probabilities: Readonly<Record<string, number>>;
  readonly advice?: {
    readonly possible: readonly string[];
    readonly unfamiliarity?: number;
    readonly referralReasons?: readonly string[];
  };
  readonly warnings?: readonly string[];
  readonly network?: string;
}

/** A clinic of the version before with one image and these readings of it, brought to this version. */
function migrated(...readings: readonly OldReading[]) {
  const connection = Connection.create(path.join(temporaryFolder(), 'old.db'), new Uint8Array(32));
  migrate(connection, before, clock);
  const run = (sql: string, parameters = {}) => connection.run(sql, parameters);
  run(
    `INSERT INTO patient (id, record_number, family_name, given_name, sort_name, sex, note,
       created_at, updated_at) VALUES (:id, '', 'X', '', 'x', 'unknown', '', :at, :at)`,
    { id: serial(1), at },
  );
  run(
    `INSERT INTO lesion (id, patient_id, label, body_site, laterality, note, created_at)
     VALUES (:id, :patient, 'A', 'face', 'left', '', :at)`,
    { id: serial(2), patient: serial(1), at },
  );
  run(`INSERT INTO visit VALUES (:id, :patient, :at, '')`, {
    id: serial(3),
    patient: serial(1),
    at,
  });
  run(
    `INSERT INTO image (id, patient_id, lesion_id, visit_id, sha256, file_name, format, width_px,
       height_px, byte_length, sharpness, exposure, clipped, skin, quality_warnings, imported_at)
     VALUES (:id, :patient, :lesion, :visit, :sha256, 'x.jpg', 'jpeg', 1, 1, 1, 1, 0, 0, 0,
       :warnings, :at)`,
    {
      id: serial(4),
      patient: serial(1),
      lesion: serial(2),
      visit: serial(3),
      sha256: sha256('image'),
      warnings: JSON.stringify(readings[0]?.warnings ?? []),
      at,
    },
  );
  for (const [index, { probabilities, advice, network = qana3 }] of readings.entries()) {
    const head = sha256(`head of ${network}`);
    run(`INSERT OR IGNORE INTO network VALUES (:network, 'network', '{}', :at)`, { network, at });
    run(`INSERT OR IGNORE INTO head VALUES (:head, 'head', :network, '{}', :at)`, {
      head,
      network,
      at,
    });
    const sorted = Object.entries(probabilities)
      .map(([code, probability]) => ({ code, name: code, probability }))
      .sort((a, b) => b.probability - a.probability);
    run(
      `INSERT INTO reading (id, image_id, network_sha256, head_sha256, accelerator_kind,
         accelerator_name, accelerator_version, probabilities, advice, duration_ms, created_at)
       VALUES (:id, :image, :network, :head, 'emulator', 'e', '1', :probabilities, :advice, 1, :at)`,
      {
        id: serial(10 + index),
        image: serial(4),
        network,
        head,
        probabilities: JSON.stringify(sorted),
        advice: advice
          ? JSON.stringify({
              coverage: 0.9,
              unfamiliarity: 1,
              unfamiliarityLimit: 5,
              entropy: 0.5,
              referralReasons: [],
              ...advice,
            })
          : null,
        at,
      },
    );
  }
  migrate(connection, program, clock);
  const kept = new ReadingRepository(connection, clock).listByImage(serial(4)).reverse();
  const image = connection.get('SELECT verdict_rank AS rank, malignancy FROM image');
  connection.close();
  return { readings: kept, image };
}

function lateVerdict(reading: OldReading): Verdict | undefined {
  return migrated(reading).readings[0]?.verdict;
}

const naevus = { nv: 0.9, mel: 0.0625, bkl: 0.03, akiec: 0.0075 };
const calm = { possible: ['nv'] };

test('an old reading keeps what it said to the last digit, and is told how grave its classes are', () => {
  const probabilities = { nv: 0.1 + 0.2, mel: 1e-17, akiec: 1 / 3 };
  const { readings } = migrated({ probabilities, advice: calm });
  expect(readings[0]?.probabilities).toEqual([
    { code: 'akiec', name: 'akiec', gravity: 'pre-malignant', probability: 1 / 3 },
    { code: 'nv', name: 'nv', gravity: 'benign', probability: 0.1 + 0.2 },
    { code: 'mel', name: 'mel', gravity: 'malignant', probability: 1e-17 },
  ]);
});

test('a calm old reading shows no sign, worked out later', () => {
  expect(lateVerdict({ probabilities: naevus, advice: calm })).toEqual({
    kind: 'no-sign',
    reasons: [],
    malignancy: 0.07,
    confidence: 'sure',
    isLate: true,
  });
});

const cases: readonly [string, OldReading, Verdict['kind'], Verdict['reasons']][] = [
  [
    'the basal cell carcinoma that was not referred',
    { probabilities: { bcc: 0.94, nv: 0.06 }, advice: { possible: ['bcc'] } },
    'suspicious',
    ['malignancy', 'malignant-class-first'],
  ],
  [
    'a melanoma that was suspected',
    {
      probabilities: naevus,
      advice: { possible: ['nv'], referralReasons: ['melanoma-suspected', 'uncertain'] },
    },
    'suspicious',
    ['melanoma'],
  ],
  [
    'malignant classes that are likely together',
    { probabilities: { nv: 0.8, bcc: 0.1, akiec: 0.1 }, advice: calm },
    'suspicious',
    ['malignancy'],
  ],
  [
    'the same of a network whose operating point is not known',
    { probabilities: { nv: 0.8, bcc: 0.1, akiec: 0.1 }, advice: calm, network: sha256('other') },
    'no-sign',
    [],
  ],
  [
    'what was unfamiliar',
    { probabilities: naevus, advice: { possible: ['nv'], unfamiliarity: 6 } },
    'unclear',
    ['unfamiliar'],
  ],
  [
    'what fitted no class',
    { probabilities: naevus, advice: { possible: [] } },
    'unclear',
    ['no-benign-class-fits'],
  ],
  ['what had no calibration', { probabilities: naevus }, 'unclear', ['uncalibrated']],
  [
    'a blurred melanoma',
    { probabilities: { mel: 1 }, advice: { possible: ['mel'] }, warnings: ['blurred'] },
    'unusable',
    ['blurred', 'malignancy', 'malignant-class-first'],
  ],
  [
    'little skin that is familiar',
    { probabilities: naevus, advice: calm, warnings: ['little-skin'] },
    'unclear',
    ['little-skin'],
  ],
  [
    'little skin that is not',
    {
      probabilities: naevus,
      advice: { possible: ['nv'], unfamiliarity: 6 },
      warnings: ['little-skin'],
    },
    'unusable',
    ['little-skin', 'unfamiliar'],
  ],
  [
    'a pre-malignant class that was possible',
    { probabilities: naevus, advice: { possible: ['nv', 'akiec'] } },
    'no-sign',
    ['malignant-class-possible'],
  ],
];

test.each(cases)('%s', (_name, reading, kind, reasons) => {
  expect(lateVerdict(reading)).toMatchObject({ kind, reasons, isLate: true });
});

test('the image ranks by its newest reading', () => {
  const { image } = migrated(
    { probabilities: { mel: 1 }, advice: { possible: ['mel'] } },
    { probabilities: naevus, advice: { possible: ['nv'], unfamiliarity: 6 } },
  );
  expect(image).toEqual({ rank: verdictRanks.unclear, malignancy: 0.07 });
});

test('a reading is final again after the migration', () => {
  const connection = Connection.create(path.join(temporaryFolder(), 'new.db'), new Uint8Array(32));
  migrate(connection, program, clock);
  const trigger = connection.get("SELECT sql FROM sqlite_schema WHERE name = 'reading_is_final'");
  expect(trigger).toBeDefined();
  connection.close();
});

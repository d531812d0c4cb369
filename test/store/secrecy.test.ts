import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  addImage,
  addLesion,
  addReading,
  details,
  findPatients,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const secrets = {
  familyName: 'Wintergrün-Castellanos',
  givenName: 'Theodorus',
  recordNumber: 'REC-90210-77',
  note: 'grandmother had a melanoma',
  fileName: 'Wintergruen scalp close-up.jpg',
};

beforeEach(() => {
  // SQLite asks the environment at each temporary file; the clinic's folder is made there too.
  vi.stubEnv('TMPDIR', temporaryFolder());
  vi.stubEnv('SQLITE_TMPDIR', process.env.TMPDIR);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A file's bytes, read by another process: closing it in this one would release SQLite's lock. */
function bytesOf(file: string): Buffer {
  return execFileSync('cat', [file], { maxBuffer: 2 ** 28 });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
}

test('nothing of a patient or an image is readable in any file, while open and after closing', async () => {
  const { folder, store, user } = await newClinic();
  const { fileName, ...person } = secrets;
  const patient = store.patients.enrol(details(person));
  const lesion = addLesion(store, patient.id, 'Left scapula mark');
  const original = Buffer.concat([
    Buffer.from('\u00ff\u00d8\u00ff\u00e1Exif', 'latin1'),
    randomBytes(40_000),
  ]);
  const image = addImage(store, lesion.id, original, fileName);
  addReading(store, image.id);
  const typed = { form: 'patient', details: details(person), begunFrom: null } as const;
  store.formDrafts.keep({ userId: user.id, form: 'patient', subjectId: null }, typed);
  store.transaction(() => {
    for (let n = 0; n < 300; n++)
      store.patients.enrol(details({ ...person, recordNumber: `REC-90210-${n + 100}` }));
  });
  expect(findPatients(store, 'winter theo').entries).toHaveLength(301);

  const texts = [
    ...Object.values(secrets),
    'Left scapula mark',
    'wintergrun',
    'theodorus',
    'Naevus',
  ];
  const needles = [
    ...texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, 'utf16le')]),
    ...[0, 8, 10_000, 39_000].map((start) => original.subarray(start, start + 24)),
  ];
  const expectNothingReadable = (expected: readonly string[]) => {
    const files = filesBelow(process.env.TMPDIR ?? '');
    expect(files.map((file) => path.relative(folder, file)).sort()).toEqual(expected);
    for (const file of files) {
      const bytes = bytesOf(file);
      expect(bytes.length).toBeGreaterThan(0);
      for (const needle of needles) expect(bytes.includes(needle)).toBe(false);
      expect(bytes.includes('SQLite format 3')).toBe(false);
    }
  };

  expectNothingReadable([
    'clinic.db',
    'clinic.db-mark',
    'clinic.db-wal',
    'clinic.json',
    'failed-unlocks.json',
  ]);
  expect(statSync(path.join(folder, 'clinic.db-wal')).size).toBeGreaterThan(original.length);
  store.close();
  expectNothingReadable(['clinic.db', 'clinic.db-mark', 'clinic.json', 'failed-unlocks.json']);
});

test.skipIf(process.platform === 'win32')('only the user may read the files', async () => {
  const { folder, store } = await newClinic(path.join(temporaryFolder(), 'clinic'));
  store.patients.enrol(details({ familyName: 'Okafor' }));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const file of filesBelow(folder)) expect(statSync(file).mode & 0o777).toBe(0o600);
});

/** Of the program's own, or given out to a person. */
const noDataFiles = ['package.json', 'third-party.json', 'records.json', 'statistics.json'];

test('every file that lies in the clear beside the records is named in docs/security.md', () => {
  const root = path.join(import.meta.dirname, '../..');
  const sources = ['src/store', 'src/station', 'electron'].flatMap((folder) =>
    filesBelow(path.join(root, folder)).map((file) => readFileSync(file, 'utf8')),
  );
  const names = sources.flatMap((source) =>
    [...source.matchAll(/'([a-z-]+\.json|clinic\.db[a-z-]*)'/g)].map(([, name = '']) => name),
  );
  const [, chapter = ''] = readFileSync(path.join(root, 'docs/security.md'), 'utf8').split(
    '## Keys and storage',
  );
  const [told = ''] = chapter.split('### What is written when');
  expect(names).toContain('clinic.db-mark');
  const untold = names.filter((name) => !told.includes(`\`${name}\``));
  expect(untold.filter((name) => !noDataFiles.includes(name))).toEqual([]);
});

test('the passphrase and the recovery key are not in clinic.json', async () => {
  const { folder, recoveryKey } = await newClinic();
  const json = bytesOf(path.join(folder, 'clinic.json'));
  for (const secret of ['copper', recoveryKey, recoveryKey.replaceAll('-', '')])
    expect(json.includes(secret)).toBe(false);
});

test.skipIf(process.platform !== 'linux')(
  'once the clinic is closed, its data key is nowhere in the memory of the process',
  async () => {
    const { folder, store } = await newClinic();
    store.close();
    const script = path.join(import.meta.dirname, 'key-memory.ts');
    const args = ['--no-warnings', script, folder, userName, passphrase];
    const [open, closed] = execFileSync(process.execPath, args).toString().split(' ').map(Number);
    expect(open).toBeGreaterThan(0);
    expect(closed).toBe(0);
  },
);

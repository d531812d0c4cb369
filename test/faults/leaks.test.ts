import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drawTestImage, enrolOne, testPassphrase } from '../station/harness.ts';
import { type RunningStation, Sandbox } from './station-process.ts';

let sandbox: Sandbox;
let station: RunningStation;
beforeEach(async () => {
  sandbox = await Sandbox.make();
  station = sandbox.startStation();
});
afterEach(async () => {
  station.process.kill();
  await station.process.exited;
  await sandbox.remove();
});

/** Every file under `folder` that holds one of `secrets`, as `file: which`. */
async function findSecrets(
  folder: string,
  secrets: Readonly<Record<string, Buffer>>,
): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    const content = await readFile(path.join(file.parentPath, file.name));
    for (const [name, secret] of Object.entries(secrets))
      if (content.includes(secret)) found.push(`${file.name}: ${name}`);
  }
  return found;
}

test('nothing of a patient can be read in the database, its log or a temporary file, open or closed', async () => {
  const { client } = station;
  const { lesion, patient } = await enrolOne(client);
  const image = await drawTestImage(1);
  const imported = await client.call('images.import', {
    lesionId: lesion.id,
    importId: '1',
    fileName: 'Quillfeather-arm.jpg',
    bytes: image,
  });
  await client.call('images.rendition', { imageId: imported.image.id, maxSidePx: 400 });
  await client.call('reviews.save', {
    imageId: imported.image.id,
    readingId: null,
    details: {
      impression: 'nv',
      decision: 'monitor',
      dueOn: '2999-01-01',
      note: 'a confidential remark',
    },
  });
  const secrets = {
    'family name': Buffer.from('Quillfeather'),
    'family name, lower case': Buffer.from('quillfeather'),
    'family name, UTF-16': Buffer.from('Quillfeather', 'utf16le'),
    'given name': Buffer.from('Ottoline'),
    note: Buffer.from('confidential remark'),
    'patient id': Buffer.from(patient.id),
    'image bytes': image.subarray(200, 232),
    passphrase: Buffer.from(testPassphrase),
    'SQLite header': Buffer.from('SQLite format 3'),
  };
  expect(await findSecrets(sandbox.root, secrets)).toEqual([]);
  await client.call('session.lock', {});
  expect(await findSecrets(sandbox.root, secrets)).toEqual([]);
});

test('the search that finds nothing does find what is there', async () => {
  await enrolOne(station.client);
  expect(await findSecrets(sandbox.root, { user: Buffer.from('Tester') })).toEqual([
    'clinic.json: user',
  ]);
});

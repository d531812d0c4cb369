import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { patientRecord } from '../../src/clinic/entities/index.ts';
import { runCli } from '../cli/run-cli.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

const writingId = '019430aa-7f3c-7d10-9c5e-2b1f4a6c8d00';
const note = 'Anna <script>alert(1)</script> & "her" uncle';
let station: TestStation;
let outside: string;
let patientId: string;
let original: Buffer;

beforeAll(async () => {
  outside = mkdtempSync(path.join(tmpdir(), 'dermaspike-folder-'));
  station = await startStation();
  const { client } = station;
  const { patient, lesion } = await enrolOne(client);
  patientId = patient.id;
  original = await drawTestImage(5);
  const image = async (lesionId: string, fileName: string, bytes: Buffer) => {
    const result = await client.call('images.import', {
      ...{ lesionId, importId: fileName, fileName, bytes },
    });
    return result.image;
  };
  const first = await image(lesion.id, '../../etc/pass wd#1.jpg', original);
  await client.call('measuring.propose', { imageId: first.id });
  const removed = await image(lesion.id, 'b.jpg', await drawTestImage(6));
  await client.call('images.remove', { imageId: removed.id });
  const reading = (await client.call('images.get', { imageId: first.id })).readings[0];
  await client.call('reviews.save', {
    imageId: first.id,
    readingId: reading?.id ?? null,
    details: { impression: 'mel', decision: 'excise', note },
  });
  const bytes = await sharp(await drawTestImage(7))
    .resize(1600, 1200)
    .jpeg()
    .toBuffer();
  const added = await client.call('overviews.import', {
    ...{ patientId, region: 'left-arm', fileName: 'arm <b>.jpg', bytes },
  });
  const overviewId = added.overview.id;
  const at = { x: 0.25, y: 0.75 };
  await client.call('overviews.mark', { overviewId, lesionId: lesion.id, at });
  await client.call('histology.add', {
    lesionId: lesion.id,
    details: { takenOn: '2026-01-05', diagnosis: 'melanoma', breslowMm: 0.5, text: 'pT1a' },
  });
});
afterAll(async () => {
  await station.close();
  rmSync(outside, { recursive: true, force: true });
});

const freshFolder = (name: string) => {
  const folder = path.join(outside, name);
  mkdirSync(folder);
  return folder;
};
const write = (folder: string, signal?: AbortSignal) =>
  station.client.call('patientFolder.write', { patientId, writingId, folder }, { signal });

test('a patient leaves as a folder with a summary, the images bit for bit and all records by their schema', async () => {
  const parent = freshFolder('whole');
  const shares: number[] = [];
  const leave = station.client.subscribe('patientFolder.progress', {}, ({ share }) => {
    shares.push(share);
  });
  const { folder } = await write(parent);
  leave();
  expect(path.dirname(folder)).toBe(parent);
  expect(path.basename(folder)).toMatch(/^Quillfeather Ottoline \d{4}-\d\d-\d\d$/);
  expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  expect(files).toEqual([
    'images',
    'images/01-01 etc pass wd 1.jpg',
    'images/01-02 b.jpg',
    'images/overview-01 arm b.jpg',
    'pictures',
    'pictures/01-01 etc pass wd 1.jpg',
    'pictures/01-02 b.jpg',
    'pictures/overview-01 arm b.jpg',
    'records.json',
    'records.schema.json',
    'summary.html',
  ]);
  const text = readFileSync(path.join(folder, 'records.json'), 'utf8');
  expect(text).toMatch(/^\{\n {2}"format"/);
  const record = patientRecord.parse(JSON.parse(text));
  expect(record).toMatchObject({
    ...{ format: 'dermaspike-patient', version: 1 },
    ...{ madeByName: 'Tester', clinicName: 'Test clinic' },
  });
  const [lesion] = record.lesions;
  expect(lesion?.images).toHaveLength(2);
  expect(lesion?.images[1]?.removedAt).not.toBeNull();
  expect(lesion?.images[0]?.readings[0]?.spikeCounts).toHaveLength(256);
  expect(lesion?.images[0]?.outline).toMatchObject({ drawnBy: 'network', isCut: false });
  expect(lesion?.histology[0]?.text).toBe('pT1a');
  expect(record.overviews).toMatchObject([
    { region: 'left-arm', markers: [{ lesionId: lesion?.id, x: 0.25, y: 0.75 }] },
  ]);
  for (const { file, sha256 } of [...(lesion?.images ?? []), ...record.overviews]) {
    const bytes = readFileSync(path.join(folder, file));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }
  const schemaText = readFileSync(path.join(folder, 'records.schema.json'), 'utf8');
  expect(schemaText).toMatch(/^\{\n {2}"/);
  const schema = JSON.parse(schemaText);
  expect(schema.properties.lesions.items.properties.images.items.required).toContain('file');
  const log = await station.client.call('audit.list', {});
  expect(log.find(({ action }) => action === 'patient.folder')?.subject).toBe(
    `patient:${patientId}`,
  );
});

test('what somebody typed is text in the summary, which names only files that are there and runs nothing', async () => {
  const { folder } = await write(freshFolder('summary'));
  const page = readFileSync(path.join(folder, 'summary.html'), 'utf8');
  expect(page).not.toMatch(/<script/i);
  expect(page).toMatch(/Long axis [\d.]+ ± [\d.]+ px, short axis/);
  expect(page).toContain('Anna &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;her&quot; uncle');
  for (const words of ['Quillfeather, Ottoline', 'Melanoma', 'Breslow 0.5 mm', 'not encrypted'])
    expect(page).toContain(words);
  const addresses = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, address]) => address);
  expect(addresses).toHaveLength(4);
  expect(page).toContain('<strong>Left arm</strong>');
  expect(page).toContain('<span class="mark" style="left: 25%; top: 75%">1</span>');
  for (const address of addresses)
    expect(statSync(path.join(folder, decodeURIComponent(address ?? ''))).size).toBeGreaterThan(0);
  expect(page).not.toMatch(/https?:/);
});

test('its pictures are as large as a screen shows, and no larger than the originals', async () => {
  const { folder } = await write(freshFolder('sizes'));
  const sizeOf = async (file: string) => {
    const { width, height } = await sharp(path.join(folder, 'pictures', file)).metadata();
    return [width, height];
  };
  expect(await sizeOf('overview-01 arm b.jpg')).toEqual([1200, 900]);
  expect(await sizeOf('01-02 b.jpg')).toEqual([240, 180]);
});

test.skipIf(process.platform === 'win32')('it is for nobody else on the computer', async () => {
  const { folder } = await write(freshFolder('private'));
  const modeOf = (file: string) => statSync(path.join(folder, file)).mode & 0o777;
  expect(modeOf('')).toBe(0o700);
  for (const file of ['records.json', 'summary.html', 'images/01-02 b.jpg'])
    expect(modeOf(file)).toBe(0o600);
});

test('further folders of the same day have names of their own', async () => {
  const parent = freshFolder('twice');
  const [one, two, three] = [await write(parent), await write(parent), await write(parent)];
  expect([two.folder, three.folder]).toEqual([`${one.folder} (2)`, `${one.folder} (3)`]);
});

test('a long name is cut to what every file system takes', async () => {
  const { client } = station;
  const familyName = 'Q'.repeat(130);
  const { id } = await client.call('patients.enrol', { familyName });
  const folder = freshFolder('long');
  await client.call('patientFolder.write', { patientId: id, writingId, folder });
  expect(readdirSync(folder)).toEqual(['Q'.repeat(120)]);
});

test('what is stopped or locked leaves no half folder, and no entry', async () => {
  const before = (await station.client.call('audit.list', {})).filter(
    ({ action }) => action === 'patient.folder',
  ).length;
  const parent = freshFolder('stopped');
  const abort = new AbortController();
  const leave = station.client.subscribe('patientFolder.progress', {}, () => abort.abort());
  await expect(write(parent, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
  leave();
  await expect.poll(() => readdirSync(parent)).toEqual([]);

  const unlock = station.client.subscribe('patientFolder.progress', {}, () => {
    void station.client.call('session.lock', {});
  });
  await expect(write(parent)).rejects.toMatchObject({ code: /^(cancelled|locked)$/ });
  unlock();
  expect(readdirSync(parent)).toEqual([]);
  await station.client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  const after = (await station.client.call('audit.list', {})).filter(
    ({ action }) => action === 'patient.folder',
  ).length;
  expect(after).toBe(before);
});

test('what a crash left over is removed by the next writing', async () => {
  const parent = freshFolder('left over');
  mkdirSync(path.join(parent, '.dermaspike-unfinished-1'));
  const { folder } = await write(parent);
  expect(readdirSync(parent)).toEqual([path.basename(folder)]);
});

test('a folder that is not there, not whole, a file or the clinic’s own is refused by name', async () => {
  const file = path.join(freshFolder('files'), 'summary.html');
  const { folder } = await write(path.dirname(file));
  for (const bad of [
    'relative/folder',
    path.join(outside, 'missing'),
    path.join(folder, 'summary.html'),
    path.join(station.dataFolder, 'clinic'),
    station.dataFolder,
  ])
    await expect(write(bad)).rejects.toMatchObject({ code: 'folder-refused' });
});

test('the command line writes the same folder, for those whose role may', async () => {
  const { client, dataFolder } = station;
  const patient = await client.call('patients.get', { patientId });
  await client.call('patients.update', {
    patientId,
    revision: patient.patient.revision,
    details: { familyName: 'Quillfeather', givenName: 'Ottoline', recordNumber: 'R-7' },
  });
  await client.call('users.add', {
    userName: 'Assistant',
    role: 'assistant',
    passphrase: 'marble window kettle',
  });
  await client.call('session.lock', {});
  const parent = freshFolder('by hand');
  const run = (record: string, user: string, passphrase: string) => {
    vi.stubEnv('DERMASPIKE_PASSPHRASE', passphrase);
    const who = ['--record', record, '--user', user];
    return runCli('patient-folder', parent, '--data', dataFolder, ...who);
  };
  const refused = await run('R-7', 'Assistant', 'marble window kettle');
  expect(refused.exitCode).toBe(2);
  expect(readdirSync(parent)).toEqual([]);
  expect((await run('R-8', 'Tester', testPassphrase)).exitCode).toBe(2);
  const done = await run('r-7', 'Tester', testPassphrase);
  expect(done).toMatchObject({ exitCode: 0 });
  expect(readdirSync(done.stdout.trim())).toContain('summary.html');
});

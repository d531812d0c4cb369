import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeUpdate } from '../../build/package/update.mjs';
import { updateManifest } from '../../src/interchange/updates/manifest.ts';
import { loadMigrations } from '../../src/store/migrations.ts';
import { runCli } from '../cli/run-cli.ts';
import { Maker } from '../interchange/updates/made-updates.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-make-update-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string, content = 'a package') => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};

const maker = new Maker();
const options = {
  target: { platform: 'linux', arch: 'x64' },
  version: '1.3.0',
  builtAt: new Date('2026-11-27T10:00:00Z'),
  keyFile: inFolder('private.pem', maker.privatePem),
  notes: 'Finds more.',
} as const;

test('an update file is made of a package with a private key, and checked with the public one', async () => {
  const made = await makeUpdate(inFolder('dermaspike_1.3.0_amd64.deb'), options);
  const file = `${folder}/dermaspike_1.3.0_amd64.deb.dermaspike-update`;
  expect(made).toBe(file);
  const keys = inFolder('public.pem', maker.publicPem);
  const checked = await runCli('update', 'verify', file, '--keys', keys, '--json');
  expect(checked).toMatchObject({ exitCode: 0, stderr: '' });
  const { file: named, signedBy, ...manifest } = checked.json[0] as Record<string, unknown>;
  expect({ named, signedBy }).toEqual({ named: file, signedBy: maker.key.fingerprint });
  expect(updateManifest.parse(manifest)).toMatchObject({
    version: '1.3.0',
    kind: 'deb',
    fileName: 'dermaspike_1.3.0_amd64.deb',
    sizeBytes: 9,
    database: loadMigrations().length,
    notes: 'Finds more.',
  });
  const words = await runCli('update', 'verify', file, '--keys', keys);
  expect(words.stdout).toContain(`signed with the key ${maker.key.fingerprint}`);
});

test('without a release key the program accepts no update, and the command line says so', async () => {
  const file = await maker.make(folder);
  const refused = await runCli('update', 'verify', file, '--json');
  expect(refused.exitCode).toBe(1);
  expect(refused.json).toMatchObject([{ error: { code: 'no-key' } }]);
  expect((await runCli('update', 'verify')).exitCode).toBe(2);
});

test('no update is made of what a program is not updated with', async () => {
  for (const name of ['Dermaspike 1.3.0.exe', 'Dermaspike-1.3.0.dmg', 'latest.yml'])
    expect(await makeUpdate(inFolder(name), options)).toBeUndefined();
  expect(await makeUpdate(inFolder('Dermaspike Setup 1.3.0.exe'), options)).toMatch(/update$/);
});

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../build/project.mjs';
import { lacks } from '../../requirements.ts';
import { Person, runAsUser, startAlone } from '../desktop.ts';
import { appFolder, electronBinary } from '../electron22/places.mjs';

const suite = '`npm start` where there is a display';

describe.skipIf(lacks('desktop', suite))(suite, () => {
  let person: Person;
  beforeAll(() => {
    person = new Person();
  });
  afterAll(() => person?.leave());

  /** An unpacked Electron, as ELECTRON_OVERRIDE_DIST_PATH names one, whose binary is `script`. */
  const electronFolder = (script: string) => {
    const folder = path.join(person.folder, 'electron');
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'electron');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return folder;
  };
  const npmStart = (script: string) =>
    startAlone(person, {
      program: process.execPath,
      args: [path.join(projectRoot, 'build/start.mjs'), '--data', person.dataFolder, '--no-open'],
      env: { ELECTRON_OVERRIDE_DIST_PATH: electronFolder(script) },
    });

  test('opens the window with the Electron that is named, and ends with it', async () => {
    // The older one is given the bundles that it can run, instead of the project's.
    const started = npmStart(
      `shift; DERMASPIKE_ELECTRON=${electronBinary} exec ${runAsUser} ${appFolder} "$@"`,
    );
    try {
      await started.quit();
      expect(await started.ended).toBe(0);
      expect(started.log()).not.toContain('using the browser');
    } finally {
      started.kill();
    }
  }, 240_000);

  test('says why the window did not open, and serves a browser instead', async () => {
    const started = npmStart('exit 127');
    try {
      await expect
        .poll(() => started.log(), { timeout: 120_000 })
        .toMatch(
          /could not open \(exit 127\): using the browser[\s\S]*Dermaspike is running\. Open http:/,
        );
    } finally {
      started.kill();
    }
  }, 180_000);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClinic, enrolPatient, fillClinicForm, passphrase } from '../../e2e/steps.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person, runDesktop } from '../desktop.ts';
import { appFolder } from '../electron22/places.mjs';

const suite = 'trouble around a real Electron';

describe.skipIf(lacks('desktop', suite))(suite, () => {
  let person: Person;
  beforeAll(() => {
    person = new Person();
  });
  afterAll(() => person?.leave());

  const unlock = async ({ page }: Desktop) => {
    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('link', { name: 'Patients' }).waitFor();
  };

  test('when the display goes away the program ends, and nothing that was saved is lost', async () => {
    const { display, server } = await ownDisplay();
    const desktop = await openDesktop(person, { env: { DISPLAY: display } });
    await createClinic(desktop.page);
    await enrolPatient(desktop.page);
    const gone = new Promise((resolve) => desktop.app.process().once('exit', resolve));
    server.kill('SIGKILL');
    await gone;
    const again = await openDesktop(person);
    await unlock(again);
    await again.page.getByRole('link', { name: 'Patients' }).click();
    await again.page.getByText('Quillfeather').first().waitFor();
    await again.quit();
  });

  test('without a display it says so and ends', async () => {
    const { code, log } = await runDesktop(person, { env: { DISPLAY: '' } });
    expect(code).not.toBe(0);
    expect(log).toMatch(/display|X server/i);
  });

  test('a data folder that may not be written to is named on the screen', async () => {
    const other = new Person();
    mkdirSync(other.dataFolder, { recursive: true });
    writeFileSync(path.join(other.dataFolder, 'clinic'), 'a file where a folder should be');
    chmodSync(other.dataFolder, 0o500);
    const desktop = await openDesktop(other);
    await desktop.page.getByText(other.dataFolder).first().waitFor();
    await desktop.quit();
    chmodSync(other.dataFolder, 0o700);
    other.leave();
  });

  test('a clinic that another program has open is named so', async () => {
    const first = await openDesktop(person);
    await unlock(first);
    const elsewhere = new Person();
    const second = await openDesktop(elsewhere, { args: [`--data=${person.dataFolder}`] });
    await second.page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await second.page.getByRole('button', { name: 'Unlock' }).click();
    await second.page.getByText('Another running Dermaspike has this clinic open.').waitFor();
    await second.quit();
    elsewhere.leave();
    await first.quit();
  });

  test('a database library for another kind of computer is named, and what to do', async () => {
    const other = new Person();
    const library = path.join(appFolder, 'node_modules/better-sqlite3');
    renameSync(library, `${library}.whole`);
    try {
      cpSync(`${library}.whole`, library, { recursive: true, dereference: true });
      writeFileSync(path.join(library, 'prebuilds/linux-x64.node'), 'for another processor');
      const desktop = await openDesktop(other);
      await fillClinicForm(desktop.page);
      await desktop.page.getByText('made for another kind of computer').waitFor();
      // With something typed it would ask before it quits.
      await desktop.page.getByRole('button', { name: 'Back' }).click();
      await desktop.quit();
    } finally {
      rmSync(library, { recursive: true });
      renameSync(`${library}.whole`, library);
      other.leave();
    }
  });
});

/** A display of its own, that can be taken away. */
async function ownDisplay(): Promise<{ display: string; server: ChildProcess }> {
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  );
  const number = await new Promise<string>((resolve, reject) => {
    server.stdio[3]?.once('data', (text: Buffer) => resolve(String(text).trim()));
    server.once('error', reject);
  });
  return { display: `:${number}`, server };
}

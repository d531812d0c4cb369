import { existsSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { passphrase } from '../../e2e/steps.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person, runDesktop } from '../desktop.ts';

const suite = 'the window’s manners in a real Electron';

describe.skipIf(lacks('desktop', suite))(suite, () => {
  let person: Person;
  let desktop: Desktop;
  beforeAll(async () => {
    person = new Person();
    desktop = await openDesktop(person);
  });
  afterAll(async () => {
    await desktop?.quit();
    person?.leave();
  });

  /** Answers the next question in a dialog, and says what was asked. */
  const answerNext = (answer: number) =>
    desktop.app.evaluate(({ dialog }, response) => {
      const asked = Promise.withResolvers<string>();
      Object.assign(globalThis, { asked: asked.promise });
      dialog.showMessageBox = (async (...args: [{ message: string }]) => {
        asked.resolve(args.at(-1)?.message ?? '');
        return { response, checkboxChecked: false };
      }) as never;
    }, answer);
  const asked = () =>
    desktop.app.evaluate(() => Reflect.get(globalThis, 'asked') as Promise<string>);

  test('without a printer the page with the recovery key says so and stays, and copies and saves the key', async () => {
    const { app, page } = desktop;
    await page.getByRole('button', { name: 'Create your clinic' }).click();
    await page.getByLabel('Clinic name').fill('Riverside');
    await page.getByLabel('Your name').fill('Dr Winter');
    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByLabel('Repeat passphrase').fill(passphrase);
    await page.getByRole('button', { name: 'Create clinic' }).click();
    await page.getByRole('heading', { name: 'Your recovery key' }).waitFor();
    await page.getByRole('button', { name: 'Print' }).click();
    await page.getByText('This computer has no printer.').waitFor();

    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await app.evaluate(({ clipboard }) => clipboard.readText());
    expect(copied).toMatch(/^[0-9A-Z-]{30,}$/);

    const file = path.join(person.folder, 'key.pdf');
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as never;
    }, file);
    await page.getByRole('button', { name: 'Save as PDF' }).click();
    await page.getByText('The file is not encrypted').waitFor();
    expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('asks before it quits over a key that is shown once, stays, and goes when that is the answer', async () => {
    const other = new Person();
    const probe = path.join(import.meta.dirname, '../inside/leaving-probe.cjs');
    const { code, log } = await runDesktop(other, { env: { DERMASPIKE_PROBE: probe } });
    const message = 'The recovery key is still on the screen.';
    const expected = [{ message, isOpen: true }, { stays: true }, { message, isOpen: true }];
    expect(log).toContain(`probe: ${JSON.stringify(expected)}`);
    expect(code).toBe(0);
    other.leave();
    await desktop.page.getByRole('checkbox', { name: /printed or written/ }).check();
    await desktop.page.getByRole('button', { name: 'Continue' }).click();
    await desktop.page.getByRole('link', { name: 'Patients' }).waitFor();
  });

  test('refuses a keychain that would keep the passphrase in the clear', async () => {
    const { page } = desktop;
    await page.evaluate("location.hash = '#/settings/you'");
    await page
      .getByText(/keychain would keep the passphrase unencrypted|offers no keychain/)
      .waitFor();
    expect(existsSync(path.join(person.dataFolder, 'keychain.json'))).toBe(false);
  });

  test('a page that keeps crashing is asked about, and comes back', async () => {
    await answerNext(0);
    const crash = () =>
      desktop.app.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        return new Promise<void>((resolve) => {
          contents?.once('render-process-gone', () => resolve());
          contents?.forcefullyCrashRenderer();
        });
      });
    for (let crashes = 0; crashes < 4; crashes++) {
      await crash();
      await expect
        .poll(() =>
          desktop.app.evaluate(({ BrowserWindow }) =>
            BrowserWindow.getAllWindows()[0]?.webContents.isCrashed(),
          ),
        )
        .toBe(false);
    }
    expect(await asked()).toBe('The window keeps failing.');
  });

  test('leaves no crash dump, and nothing of the clinic in the program’s own folder', async () => {
    const own = path.join(person.folder, 'home/.config');
    const files = readdirSync(own, { recursive: true, encoding: 'utf8' }).filter((file) =>
      lstatSync(path.join(own, file)).isFile(),
    );
    expect(files.filter((file) => /\.dmp$/.test(file))).toEqual([]);
    for (const file of files)
      expect(readFileSync(path.join(own, file)).includes('Riverside'), file).toBe(false);
  });

  test('remembers how the screen looks, and shows it so from its first frame', async () => {
    await desktop.quit();
    writeFileSync(
      path.join(person.dataFolder, 'screen.json'),
      JSON.stringify({ theme: 'dark', singleKeys: true }),
    );
    desktop = await openDesktop(person);
    await desktop.page.locator('html[data-theme=dark]').waitFor({ state: 'attached' });
    const color = await desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getBackgroundColor(),
    );
    expect(color?.toLowerCase()).toContain('0f1415');
    await desktop.page.getByRole('button', { name: 'Unlock' }).waitFor();
  });

  test('what another program left in the environment reaches none of its processes', async () => {
    await desktop.quit();
    const hostile = { NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem', SSLKEYLOGFILE: '/nowhere/keys' };
    desktop = await openDesktop(person, { env: hostile });
    await desktop.page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await desktop.page.getByRole('button', { name: 'Unlock' }).click();
    await desktop.page.getByRole('link', { name: 'Patients' }).waitFor();
    const processes = await desktop.processes();
    for (const name of ['station', 'bridge']) {
      const pid = processes.get(name);
      const seen = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      expect(
        seen.some((entry) => /^(NODE_EXTRA_CA_CERTS|SSLKEYLOGFILE)=/.test(entry)),
        name,
      ).toBe(false);
      expect(
        seen.some((entry) => entry.startsWith('DERMASPIKE_DATA=')),
        name,
      ).toBe(true);
    }
  });
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the user interface in the desktop window’s shell';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  /** Plays the shell: what it is told is in `told`, what it answers in `answers`. */
  const playShell = (page: Page, userName: string | null) =>
    page.evaluate((userName) => {
      const told: unknown[] = [];
      const answers = { keychain: { unavailable: null, userName }, unlock: 'done' };
      const dermaspike = {
        tellUnfinished: () => {},
        tellProgress: (done: unknown) => told.push(['progress', done]),
        tellDone: (work: unknown) => told.push(['done', work]),
        keychain: async () => ({ ...answers.keychain }),
        keepInKeychain: async (userName: string, passphrase: string) => {
          if (passphrase.startsWith('wrong')) return 'wrong-passphrase';
          Object.assign(answers.keychain, { userName });
          return 'done';
        },
        forgetKeychain: async () => ({ ...Object.assign(answers.keychain, { userName: null }) }),
        unlockByKeychain: async () => {
          if (answers.unlock === 'done') {
            window.fakeStation.clinic.unlock();
            window.fakeStation.changed('session');
          }
          return answers.unlock;
        },
      };
      Object.assign(window, { dermaspike, told, answers });
    }, userName);
  const go = (page: Page, hash: string) =>
    page.evaluate((hash) => {
      location.hash = hash;
    }, hash);

  test('the keychain unlocks for one user from their own choice on, until it is taken back', async () => {
    const page = await browser.open({ hash: '#/settings/keys' });
    await playShell(page, null);
    await go(page, '#/settings/you');
    const field = page.getByLabel('Passphrase for the keychain');
    await field.fill('wrong one');
    await page.getByRole('button', { name: 'Unlock by the keychain from now on' }).click();
    await page.getByText('This is not your passphrase.').waitFor();
    await field.fill('right one');
    await page.getByRole('button', { name: 'Unlock by the keychain from now on' }).click();
    await page.getByText('unlocks the clinic for Dr Edda Winter').waitFor();
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    await page.getByRole('button', { name: /Unlock as Dr Edda Winter/ }).click();
    await page.getByRole('link', { name: 'Worklist' }).waitFor();
    await go(page, '#/settings/you');
    await page.getByRole('button', { name: 'Stop unlocking by the keychain' }).click();
    await field.waitFor();
    await page.close();
  });

  test('a keychain whose passphrase was changed says so, and the form is there', async () => {
    const page = await browser.open({ hash: '#/settings/keys' });
    await playShell(page, 'Dr Edda Winter');
    await page.evaluate(() => {
      Reflect.get(window, 'answers').unlock = 'wrong-passphrase';
    });
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    await page.getByRole('button', { name: /Unlock as Dr Edda Winter/ }).click();
    await page.getByText('The passphrase was changed since.').waitFor();
    expect(await page.getByRole('button', { name: /Unlock as/ }).count()).toBe(0);
    await page.getByLabel('Passphrase', { exact: true }).fill('right one');
    await page.close();
  });

  test('a class that the system opened waits for the unlocking, and is then asked about', async () => {
    const page = await browser.open({ hash: '#/settings/keys' });
    await playShell(page, null);
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    await page.getByLabel('Passphrase', { exact: true }).waitFor();
    await page.evaluate(() =>
      window.postMessage(
        {
          type: 'dermaspike:opened-file',
          name: 'scar.dermaspike-class',
          bytes: new Uint8Array([1]),
        },
        location.origin,
      ),
    );
    await page.getByLabel('Passphrase', { exact: true }).fill('right one');
    await page.getByRole('button', { name: 'Unlock', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a class of another clinic' });
    await dialog.getByText('Made by').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.close();
  });

  test('the shell is told how far an import is, and that it is done', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await playShell(page, null);
    await page.locator('[data-row]').first().click();
    const picture = await page.screenshot({ type: 'png' });
    await page
      .getByLabel('Choose images')
      .first()
      .setInputFiles({ name: 'one.png', mimeType: 'image/png', buffer: picture });
    await expect
      .poll(() => page.evaluate(() => Reflect.get(window, 'told').at(-1)))
      .toEqual(['done', { work: 'import', done: 1, failed: 0 }]);
    expect(await page.evaluate(() => Reflect.get(window, 'told'))).toContainEqual(['progress', 0]);
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

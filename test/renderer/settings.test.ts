import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initials } from '../../renderer/src/start/user-tiles.tsx';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the settings and the lock screen in a real browser';

test('a user’s initials leave titles out', () => {
  expect(['Dr. Ada Grün', 'Prof Dr Wu', 'Liv', 'van den Berg, Jan', '…'].map(initials)).toEqual([
    'AG',
    'W',
    'L',
    'VJ',
    '?',
  ]);
});

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const typeNew = async (page: Page, label: string, value: string) => {
    await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByLabel('Repeat passphrase').fill(value);
  };

  test('a user is chosen by a tile, by pointer and by key', async () => {
    const page = await browser.open({ scenario: 'locked' });
    const tiles = page.getByRole('radiogroup', { name: 'User' });
    await tiles.getByRole('radio', { name: 'Dr Tomas Lindqvist' }).check();
    expect(await tiles.getByRole('radio', { name: 'Dr Tomas Lindqvist' }).isChecked()).toBe(true);
    await page.keyboard.press('ArrowUp');
    expect(await tiles.getByRole('radio', { name: 'Dr Edda Winter' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByText('Enter your passphrase.').waitFor();
    await page.close();
  });

  test('hint and refusal ask for the same length, and neither stays beside a better passphrase', async () => {
    const page = await browser.open({ scenario: 'first' });
    await page.getByRole('button', { name: 'Create your clinic' }).click();
    await page.getByText('Use at least 10 characters.').waitFor();
    await page.getByLabel('Clinic name').fill('Riverside');
    await page.getByLabel('Your name').fill('Dr Winter');
    await typeNew(page, 'Passphrase', 'ninechars');
    await page.getByRole('button', { name: 'Create clinic' }).click();
    await page.getByText('Too short: use at least 10 characters.').waitFor();
    await page.getByLabel('Passphrase', { exact: true }).fill('correct horse battery staple');
    await page.getByText('Very strong.').waitFor();
    expect(await page.getByText(/too short/i).count()).toBe(0);
    await page.close();
  });

  test('one’s own passphrase is changed, and a wrong present one is told at its field', async () => {
    const page = await browser.open({ hash: '#/settings/you' });
    await page.getByLabel('Present passphrase').fill('wrong one');
    await typeNew(page, 'New passphrase', 'granite window thirty');
    await page.getByRole('button', { name: 'Change the passphrase' }).click();
    await page.getByText('This is not your passphrase.').waitFor();
    await page.getByLabel('Present passphrase').fill('right one');
    expect(await page.getByText('This is not your passphrase.').count()).toBe(0);
    await page.getByRole('button', { name: 'Change the passphrase' }).click();
    await page.getByText('Your passphrase is changed.').waitFor();
    expect(await page.getByLabel('Present passphrase').inputValue()).toBe('');
    await page.close();
  });

  test('an administrator renames, disables and lets in again', async () => {
    const page = await browser.open({ hash: '#/settings/clinic' });
    await page.getByRole('button', { name: 'Rename Dr Tomas Lindqvist' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Dr Tomas Berg');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('button', { name: 'Disable Dr Tomas Berg' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Let Dr Tomas Berg in again' }).click();
    await typeNew(page, 'New passphrase', 'granite window thirty');
    await page.getByRole('dialog').getByRole('button', { name: 'Let in again' }).click();
    await page.getByText('Dr Tomas Berg can unlock the clinic again.').waitFor();
    expect(await page.getByRole('button', { name: 'Disable Dr Edda Winter' }).count()).toBe(0);
    await page.close();
  });

  test('what is typed about a user is not lost by Escape without a question', async () => {
    const page = await browser.open({ hash: '#/settings/clinic' });
    await page.getByRole('button', { name: 'Add user' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add user' });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Add user' }).click();
    await dialog.getByLabel('Name').fill('Dr Ines Okafor');
    await page.keyboard.press('Escape');
    await dialog.getByText('Discard what you typed?').waitFor();
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Dr Ines Okafor');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.getByRole('button', { name: 'Discard' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.close();
  });

  test('a renewed recovery key stays on the screen until it is confirmed as kept', async () => {
    const page = await browser.open({ hash: '#/settings/clinic' });
    await page.getByRole('button', { name: 'Renew the recovery key' }).click();
    await page.getByLabel('Your passphrase').fill('right one');
    await page.getByRole('button', { name: 'Renew the key' }).click();
    await page.getByText('N3W0K-29MDW').waitFor();
    await page.getByRole('checkbox', { name: 'I have printed or written it down' }).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Clinic and users' }).waitFor();
    await page.close();
  });

  test('a change of the data key shows the new recovery key first, then how far it is and who was shut out', async () => {
    const page = await browser.open({ hash: '#/settings/clinic' });
    await page.getByRole('button', { name: 'Change the data key' }).click();
    await page.getByLabel('Your passphrase').fill('wrong one');
    await page.getByRole('button', { name: 'Change the data key', exact: true }).click();
    await page.getByText('This is not your passphrase.').waitFor();
    await page.getByLabel('Your passphrase').fill('right one');
    await page.getByRole('button', { name: 'Change the data key', exact: true }).click();
    await page.getByText('D4T4K-29MDW').waitFor();
    await page.getByText('keep the former sheet until then').waitFor();
    await page.getByRole('checkbox', { name: 'I have printed or written it down' }).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    const progress = page.getByRole('progressbar', { name: 'Done so far' });
    await expect.poll(() => progress.getAttribute('value')).toBe('0.5');
    await page.getByRole('button', { name: 'Keep the former key' }).click();
    await page.getByRole('button', { name: 'Change the data key…' }).waitFor();
    await page.evaluate(() => {
      const change = {
        begunAt: new Date().toISOString(),
        share: 0.5,
        failure: 'The disk is full.',
      };
      window.fakeStation.clinic.dataKey = { changedAt: null, change, shutOut: [] };
      window.fakeStation.changed('users');
    });
    await page.getByText('The data key is not changed yet. The disk is full.').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('could not be given the new key').waitFor();
    await page.getByText(/^Last changed on/).waitFor();
    await page.close();
  });

  test('the records are checked while one goes on, and what was found stays on the screen', async () => {
    const page = await browser.open({ hash: '#/settings/log' });
    await page.getByText('never', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Check now' }).click();
    const progress = page.getByRole('progressbar', { name: 'Done so far' });
    await expect.poll(() => progress.getAttribute('value')).toBe('0.45');
    await page.getByText('All 18,204 pages and 6,120 records are whole').waitFor();
    await page.getByText('everything was whole').waitFor();
    await page.evaluate(() => {
      window.fakeStation.health.damaged = true;
    });
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('image_original: page 1402 is damaged').waitFor();
    await page.getByText('The audit log could not be verified.').waitFor();
    expect(await page.getByText(/^2 things are wrong/).count()).toBe(2);
    await page.close();
  });

  test('in the desktop window a page is printed and saved by the shell, which knows what is unfinished', async () => {
    const page = await browser.open({ hash: '#/settings/clinic' });
    await page.evaluate(() => {
      const told: unknown[] = [];
      const dermaspike = {
        print: async () => 'no-printer',
        savePdf: async (name: string) => {
          told.push(name);
          return 'saved';
        },
        tellUnfinished: (what: unknown) => told.push(what),
        tellProgress: () => {},
        tellDone: () => {},
        keychain: async () => ({ unavailable: null, userName: null }),
      };
      Object.assign(window, { dermaspike, told });
    });
    const lastTold = () => page.evaluate(() => Reflect.get(window, 'told').at(-1));
    await page.getByRole('button', { name: 'Renew the recovery key' }).click();
    await page.getByLabel('Your passphrase').fill('right one');
    await page.getByRole('button', { name: 'Renew the key' }).click();
    await page.getByText('N3W0K-29MDW').waitFor();
    expect(await lastTold()).toBe('recovery-key');
    await page.getByRole('button', { name: 'Print' }).click();
    await page.getByText('This computer has no printer.').waitFor();
    await page.getByRole('button', { name: 'Save as PDF' }).click();
    await page.getByText('The file is not encrypted').waitFor();
    expect(await lastTold()).toBe('Dermaspike recovery key');
    await page.getByRole('checkbox', { name: 'I have printed or written it down' }).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Clinic and users' }).waitFor();
    expect(await lastTold()).toBeNull();
    await page.close();
  });

  test('the wait before locking is the clinic’s, not this browser’s', async () => {
    const page = await browser.open({ hash: '#/settings/clinic' });
    await page.getByRole('radio', { name: '30 min' }).check();
    await expect
      .poll(() => page.evaluate(() => window.fakeStation.clinic.settings))
      .toEqual({ lockAfterMs: 1_800_000, impressionFirst: false });
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

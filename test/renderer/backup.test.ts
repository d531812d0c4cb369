import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reminderText } from '../../renderer/src/backup/words.ts';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { lookForBackups, seeBackups } from './screens.ts';
import { unlockOlder } from './start-pages.ts';

const suite = 'backups in a real browser';

test('a reminder says how old what it speaks of is', () => {
  const since = new Date(Date.now() - 9 * 86_400_000).toISOString();
  expect(reminderText({ what: 'late', since })).toBe('The newest backup is 9 days old.');
  expect(reminderText({ what: 'proof-late', since: null })).toContain('yet');
  expect(reminderText({ what: 'failed', since: null })).toContain('no backup yet');
});

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const open = async () => {
    const page = await browser.open({ hash: '#/settings/backup' });
    await seeBackups(page);
    return page;
  };
  const change = (page: Page, work: 'forget' | 'run' | 'remind') =>
    page.evaluate((work) => {
      const { backups } = window.fakeStation;
      if (work === 'forget') backups.forget();
      if (work === 'run') backups.tell('make', 0.25);
      if (work === 'remind') backups.reminder = { what: 'late', since: backups.state.lastAt };
      window.fakeStation.changed('backups');
    }, work);

  test('a clinic that is older than it was leads to the backups that this computer made', async () => {
    const page = await browser.open({ scenario: 'locked' });
    await unlockOlder(page);
    await page.getByRole('button', { name: 'Look at the backups' }).click();
    await page.getByText('Backups of Riverside Dermatology.').waitFor();
    await page.close();
  });

  test('a folder is chosen by its path, and a wrong path is told at its field', async () => {
    const page = await open();
    await change(page, 'forget');
    const field = page.getByLabel('Folder for backups');
    await field.fill('backups');
    await page.getByRole('button', { name: 'Back up to this folder' }).click();
    await page.getByRole('alert').getByText('whole path').waitFor();
    await field.fill('/media/disk/backups');
    await page.keyboard.press('Enter');
    await page.getByText('/media/disk/backups').waitFor();
    await page.close();
  });

  test('the desktop’s dialog gives the folder, and a folder that was not chosen changes nothing', async () => {
    const page = await open();
    await change(page, 'forget');
    await page.evaluate(() => {
      const answers = [null, '/media/stick'];
      Object.assign(window, {
        dermaspike: { tellUnfinished: () => {}, chooseFolder: async () => answers.shift() ?? null },
      });
      window.fakeStation.changed('backups');
    });
    await page.getByLabel('Folder for backups').fill('x');
    const choose = page.getByRole('button', { name: 'Choose a folder…' });
    await choose.click();
    await choose.click();
    await page.getByText('/media/stick').waitFor();
    await page.close();
  });

  test('is made now, shows how far it is, and can be stopped', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Back up now' }).click();
    await page.getByText('Backed up. 18 MB were new.').waitFor();
    await change(page, 'run');
    await page.getByText('Backing up…').waitFor();
    expect(await page.getByRole('progressbar').getAttribute('value')).toBe('0.25');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await page.close();
  });

  test('is proven with the passphrase that a new computer would ask for', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Prove by restoring…' }).click();
    const field = page.getByLabel('Your passphrase when it was made');
    await field.fill('wrong one');
    await page.getByRole('button', { name: 'Prove it' }).click();
    await page.getByText('does not open the backup').waitFor();
    await field.fill('right one');
    await page.getByRole('button', { name: 'Prove it' }).click();
    await page.getByText('The backup came back whole.').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.close();
  });

  test('the foot reminds everyone, and leads whoever may to the backups', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await change(page, 'remind');
    await page.getByText(/^The newest backup is/).waitFor();
    await page.getByRole('link', { name: 'See the backups' }).click();
    await seeBackups(page);
    await page.close();
  });

  test('is restored on an empty computer, by a passphrase, and the unlock form follows', async () => {
    const page = await browser.open({ scenario: 'first' });
    await page.getByRole('button', { name: 'Restore a backup' }).click();
    await page.getByLabel('Folder with the backups').fill('/media/empty');
    await page.getByRole('button', { name: 'Look for backups' }).click();
    await page.getByRole('alert').getByText('There is no backup').waitFor();
    await page.getByLabel('Folder with the backups').fill('/media/disk');
    await page.getByRole('button', { name: 'Look for backups' }).click();
    await page.getByLabel('Passphrase when it was made').fill('wrong one');
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByText('does not open the backup').waitFor();
    expect(await page.getByText('set aside').count()).toBe(0);
    await page.getByLabel('Passphrase when it was made').fill('right one');
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByRole('button', { name: 'Unlock' }).waitFor();
    await page.getByText('The clinic is restored').waitFor();
    await page.close();
  });

  test('that cannot be read is told of, and of an older one it is said that it is older', async () => {
    const page = await open();
    await page.getByRole('cell', { name: 'Its list on the medium is damaged' }).waitFor();
    await page.close();
    const computer = await browser.open({ scenario: 'first' });
    await computer.getByRole('button', { name: 'Restore a backup' }).click();
    await computer.getByLabel('Folder with the backups').fill('/media/damaged');
    await computer.getByRole('button', { name: 'Look for backups' }).click();
    await computer.getByText(/newest backup, of .* cannot be read/).waitFor();
    const chosen = computer.getByLabel('Backup', { exact: true });
    expect(await chosen.locator('option:disabled').allTextContents()).toEqual([
      expect.stringContaining('cannot be read'),
    ]);
    expect(await chosen.inputValue()).toBe('01975f32-0000-7000-8000-000000000101');
    await computer.close();
  });

  test('says what it replaces, and takes the recovery key', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Lock and restore a backup…' }).click();
    await page.getByRole('heading', { name: 'Restore a backup' }).waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await lookForBackups(page);
    await page.getByText('There is a clinic on this computer').waitFor();
    await page.getByRole('radio', { name: 'The recovery key' }).check({ force: true });
    await page.getByRole('button', { name: 'Set the clinic aside and restore' }).click();
    await page.getByText('Enter the recovery key.').waitFor();
    await page.close();
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { chooseProved, openProgram, proved, tellUpdate } from './fake-updates.ts';

const suite = 'the program’s updates in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('in a browser it says that updates come with the desktop program', async () => {
    const page = await browser.open({ hash: '#/settings/program' });
    await page.getByText('Updates from a file come with the desktop program.').waitFor();
    await page.getByText(/set aside before version 1\.2\.0 was updated/).waitFor();
    await page.close();
  });

  test('without a key it says that it accepts no updates, and offers none', async () => {
    const page = await browser.open();
    await openProgram(page, { state: { keys: [] } });
    await page.getByText('This copy of the program accepts no updates').waitFor();
    expect(await page.getByRole('button', { name: /Update from/ }).count()).toBe(0);
    await page.close();
  });

  test('an update is chosen, checked, shown, installed and started, with how far it is', async () => {
    const page = await browser.open();
    await openProgram(page, {
      choice: proved,
      installed: {
        outcome: 'installed',
        version: '1.3.0',
        next: 'restart',
        file: '/home/a/D.AppImage',
        command: null,
      },
    });
    await page.getByRole('button', { name: 'Update from a file…' }).click();
    await tellUpdate(page, { stage: 'checking', share: 0.25 });
    const bar = page.getByRole('progressbar', { name: 'Checking the update' });
    expect(await bar.getAttribute('value')).toBe('0.25');
    await tellUpdate(page, null);
    await page.getByText('Reads HEIC pictures.').waitFor();
    await page.getByText('which version 1.2.0 cannot read afterwards').waitFor();
    await page.getByRole('button', { name: 'Set a copy aside and install' }).click();
    await page.getByText('Setting a copy of the clinic aside…').waitFor();
    await tellUpdate(page, { stage: 'writing', share: 0.5 });
    // It goes on while something else is looked at.
    await page.getByRole('link', { name: 'Keyboard' }).click();
    await page.getByRole('link', { name: 'This program' }).click();
    await page.getByText('Writing the new version…').waitFor();
    await tellUpdate(page, null);
    await page.getByText('Version 1.3.0 is in place').waitFor();
    await page.getByRole('button', { name: 'Start it now' }).click();
    expect(await page.evaluate(() => Reflect.get(window, 'updateCalls'))).toEqual(['finish']);
    await page.close();
  });

  test('a refusal stands where the file was chosen, and where it was to be installed', async () => {
    const page = await browser.open();
    const message = 'This update is not as it was signed.';
    await openProgram(page, { choice: { outcome: 'refused', message } });
    await page.getByRole('button', { name: 'Update from a file…' }).click();
    await tellUpdate(page, null);
    await page.getByRole('alert').getByText(message).waitFor();
    await openProgram(page, { choice: proved });
    await page.getByRole('link', { name: 'Keyboard' }).click();
    await page.getByRole('link', { name: 'This program' }).click();
    await chooseProved(page);
    await page.getByRole('button', { name: 'Set a copy aside and install' }).click();
    await page.getByText('Setting a copy').waitFor();
    await tellUpdate(page, null);
    await page.getByRole('alert').getByText('Not today.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Update from a file…' }).waitFor();
    await page.close();
  });

  test('what an administrator of the computer has to type is shown', async () => {
    const page = await browser.open();
    const command = "sudo apt install '/home/a/updates/1.3.0/dermaspike_1.3.0_amd64.deb'";
    await openProgram(page, {
      state: { kind: 'deb' },
      choice: proved,
      installed: {
        outcome: 'installed',
        version: '1.3.0',
        next: 'by-hand',
        file: '/home/a/updates/1.3.0/dermaspike_1.3.0_amd64.deb',
        command,
      },
    });
    await chooseProved(page);
    await page.getByRole('button', { name: 'Set a copy aside and install' }).click();
    await page.getByText('Setting a copy').waitFor();
    await tellUpdate(page, null);
    await page.getByText(command).waitFor();
    await page.getByRole('button', { name: 'Show the file' }).click();
    await page.close();
  });

  test('the step back says what becomes of the clinic, and asks first', async () => {
    const page = await browser.open();
    const back = { version: '1.1.4', updatedAt: '2026-11-20T09:00:00.000Z', needsCopy: true };
    await openProgram(page, { state: { back } });
    await page.getByRole('button', { name: 'Step back to 1.1.4…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Step back to version 1.1.4' });
    await dialog.getByText('is kept in a copy beside it').waitFor();
    expect(await page.evaluate(() => Reflect.get(window, 'updateCalls'))).toEqual([]);
    await dialog.getByRole('button', { name: 'Close and step back' }).click();
    expect(await page.evaluate(() => Reflect.get(window, 'updateCalls'))).toEqual(['step-back']);
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

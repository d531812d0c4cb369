import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'erasing, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const askToErase = async (page: Page) => {
    await page.getByRole('link', { name: /Nakamura/ }).click();
    await page.getByRole('banner').or(page.locator('main')).first().waitFor();
    await page.getByRole('button', { name: 'More' }).first().press('Enter');
    await page.getByRole('menuitem', { name: 'Erase for good…' }).press('Enter');
    await page.getByRole('heading', { name: 'What goes' }).waitFor();
  };

  test('a patient is erased by keyboard once a second user agrees, and the proof is shown and kept', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await askToErase(page);
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 image, with thumbnail and file name').waitFor();
    await dialog.getByText(/audit log’s entries/).waitFor();
    await dialog.getByRole('button', { name: 'Erase for good' }).press('Enter');
    await dialog.getByText('Let them enter their passphrase.').waitFor();
    await dialog.getByLabel('Their passphrase').fill('wrong one');
    await page.keyboard.press('Enter');
    await dialog.getByText(/That passphrase does not open/).waitFor();
    await dialog.getByLabel('Their passphrase').fill('correct horse battery');
    await page.keyboard.press('Enter');
    await dialog.getByText('Nothing of the patient is left in the clinic’s files.').waitFor();
    await dialog.getByText(/Entry 1483 tells of it/).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Patients' }).waitFor();
    expect(await page.getByText('Nakamura').count()).toBe(0);

    await page.goto(page.url().replace(/#.*/, '#/settings/log'));
    await page.getByText('A patient', { exact: true }).click();
    await page.getByText(/96 unused parts were overwritten/).waitFor();
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('a list of what was erased that cannot be believed is told of, and written anew', async () => {
    const page = await browser.open({ hash: '#/settings/log' });
    await page.getByRole('heading', { name: 'Erased for good' }).waitFor();
    const notice = page.getByText(/The list of what was erased/);
    expect(await notice.count()).toBe(0);
    await page.evaluate(() => {
      window.fakeStation.clinic.erasedList.isDamaged = true;
      window.fakeStation.changed('erasures');
    });
    await notice.waitFor();
    await page.getByRole('button', { name: 'Write it anew' }).press('Enter');
    await notice.waitFor({ state: 'detached' });
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });
});

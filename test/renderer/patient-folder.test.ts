import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'saving a patient as a folder, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('it warns that anybody can read it, shows how far it is, is stopped, and says where it lies', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByRole('link', { name: /Nakamura/ }).click();
    await page.getByRole('button', { name: 'More' }).first().press('Enter');
    await page.getByRole('menuitem', { name: 'Save as a folder…' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/not encrypted: whoever gets hold of it can read it/).waitFor();
    const field = dialog.getByLabel('Save it into this folder');
    await field.fill('Documents');
    await page.keyboard.press('Enter');
    await dialog.getByText(/Give the whole path/).waitFor();

    await field.fill('/media/slow');
    await page.keyboard.press('Enter');
    await expect.poll(() => dialog.getByRole('progressbar').getAttribute('value')).toBe('0.4');
    await dialog.getByRole('button', { name: 'Stop' }).press('Enter');
    await field.waitFor();

    await field.fill('/media/stick');
    await page.keyboard.press('Enter');
    await dialog.getByText('/media/stick/Nakamura Sora 2026-11-28').waitFor();
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { checkNetwork } from './screens.ts';

const suite = 'checking the network at the clinic, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('a network that was never tried here says so beside each reading, until a check is kept', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    const caution = page.getByText('Not yet checked at this clinic');
    await page
      .getByRole('link', { name: /Quillfeather/ })
      .first()
      .click();
    await caution.waitFor();
    await page.goto(`${page.url().split('#')[0]}#/settings/reading`);
    await checkNetwork(page);
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Fit with this clinic’s own threshold').waitFor();
    expect(await dialog.getByRole('checkbox').isChecked()).toBe(true);
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await page.getByText('This clinic’s threshold for melanoma is used.').waitFor();
    expect(await caution.count()).toBe(0);
    expect(browser.consoleErrors).toEqual([]);
  });

  test('files that are missing are named beside their fields, and nothing begins', async () => {
    const page = await browser.open({ hash: '#/settings/reading' });
    await page.getByRole('button', { name: 'Check the network on own images' }).click();
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByText('Choose the file of labels.').waitFor();
    await page.getByText('Choose the images.').waitFor();
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'how long patients are kept, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('whose time is over is proposed with what is still awaited; erasing asks for the second user and knows why', async () => {
    const page = await browser.open({ hash: '#/settings/clinic' });
    await page.getByText('The time of 2 patients is over').waitFor();
    await page.getByText('1 follow-up still awaited').waitFor();
    await page
      .getByRole('button', { name: /^Erase / })
      .first()
      .press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('A second user has to agree').waitFor();
    expect(await dialog.getByLabel('Why', { exact: true }).inputValue()).toBe('retention');
    await dialog.getByRole('button', { name: 'Cancel' }).press('Enter');

    await page.getByLabel('Years after the last visit').fill('ten');
    await page.keyboard.press('Enter');
    await page.getByText('Enter whole years from 1 to 100, or nothing.').waitFor();
    await page.getByLabel('Years after the last visit').fill('30');
    await page.keyboard.press('Enter');
    await page.getByText('By this rule nobody’s time is over.').waitFor();
    await page.getByLabel('Years after the last visit').fill('');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByText('By this rule nobody’s time is over.').count()).toBe(0);
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('a patient is kept longer, for a reason, by keyboard, and that is taken back', async () => {
    const page = await browser.open({ hash: '#/settings/clinic' });
    await page.getByText('The time of 2 patients is over').waitFor();
    await page
      .getByRole('button', { name: /^Keep longer: / })
      .first()
      .press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Keep longer' }).press('Enter');
    await dialog.getByText('Say why in a few words.').waitFor();
    await dialog.getByLabel('Until').fill('2001-01-01');
    await dialog.getByLabel('Why').fill('a claim is not settled');
    await dialog.getByRole('button', { name: 'Keep longer' }).press('Enter');
    await dialog.getByText('Choose a day that is still to come.').waitFor();
    await dialog.getByLabel('Until').fill('2999-01-01');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('The time of 1 patient is over').waitFor();
    await page.getByText(/Until .*2999: a claim is not settled/).waitFor();
    await page.getByRole('button', { name: /no longer than the rule asks$/ }).press('Enter');
    await page.getByText('The time of 2 patients is over').waitFor();
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });
});

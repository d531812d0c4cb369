import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the checklists in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('criteria are ticked, marked by keyboard on the picture, counted and saved', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.locator('[data-row]').first().click();
    await page.getByText('Checklists').click();
    await page.getByRole('checkbox', { name: /^2 Blue-whitish veil/ }).check();
    await page.getByText('2 points, limit 3: below the limit').waitFor();
    await page.getByRole('checkbox', { name: /^4 Irregular streaks/ }).check();
    await page.getByText('3 points, limit 3: melanoma suspected').waitFor();
    await page.getByRole('button', { name: 'Mark it' }).first().click();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'Blue-whitish veil, marked' }).waitFor();
    await page.getByRole('button', { name: 'Save checklist' }).click();
    const saved = page.getByRole('list', { name: 'Saved checklists, newest first' });
    await saved.getByText('Blue-whitish veil, Irregular streaks').waitFor();
    await page.close();
  });

  test('what is ticked survives leaving as a draft, until it is saved', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.locator('[data-row]').first().click();
    await page.getByText('Checklists').click();
    const { hash } = new URL(page.url());
    await page.getByRole('checkbox', { name: /^2 Blue-whitish veil/ }).check();
    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByRole('heading', { name: 'Patients' }).waitFor();
    await page.evaluate((hash) => {
      location.hash = hash;
    }, hash);
    await page.getByText('Checklists: one is begun').click();
    const veil = page.getByRole('checkbox', { name: /^2 Blue-whitish veil/ });
    expect(await veil.isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Save checklist' }).click();
    await page.getByText('7-point checklist saved.').waitFor();
    expect(await veil.isChecked()).toBe(false);
    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByRole('heading', { name: 'Patients' }).waitFor();
    await page.goBack();
    await page.getByText('Checklists (1)', { exact: true }).waitFor();
    await page.close();
  });

  test('the ABCD rule says what is missing, then its score', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.locator('[data-row]').first().click();
    await page.getByText('Checklists').click();
    await page.getByRole('radio', { name: 'ABCD rule' }).check();
    await page.getByRole('button', { name: 'Save checklist' }).click();
    await page.getByText('Something of the four is missing.').waitFor();
    await page.getByLabel('A: asymmetric axes').selectOption('2');
    await page.getByLabel('B: abrupt eighths').selectOption('2');
    for (const name of ['red', 'black', 'dots', 'globules'])
      await page.getByRole('checkbox', { name }).check();
    await page.getByText('Total dermoscopy score 4.8, from 4.75 to 5.45: suspicious').waitFor();
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

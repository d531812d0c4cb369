import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the lists in a real browser';
const rows = (page: Page) => page.locator('main [data-row]');
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search the patients' });
const scrollTop = (page: Page) => page.locator('main').evaluate((main) => main.scrollTop);

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('the patients come page by page as one scrolls, and are counted at once', async () => {
    const page = await browser.open({ scenario: 'large', hash: '#/patients' });
    await page.getByText('266 enrolled').waitFor();
    await rows(page).nth(49).waitFor({ state: 'attached' });
    expect(await rows(page).count()).toBe(50);
    await rows(page).last().scrollIntoViewIfNeeded();
    await rows(page).nth(99).waitFor({ state: 'attached' });
    await page.close();
  });

  test('search, choice, order and place in the patients’ list survive the way to a patient and back', async () => {
    const page = await browser.open({ scenario: 'large', hash: '#/patients' });
    await page.getByRole('radio', { name: 'To review' }).check();
    await page.getByLabel('Sort by').selectOption('Name, A to Z');
    await search(page).fill('crowd');
    await page.getByText('260 found').waitFor();
    await rows(page).last().scrollIntoViewIfNeeded();
    await rows(page).nth(99).waitFor({ state: 'attached' });
    const row = page.getByRole('link', { name: /Crowd090/ });
    await row.scrollIntoViewIfNeeded();
    const before = await scrollTop(page);
    await row.click();
    await page.getByRole('heading', { level: 1, name: 'Crowd090, Bo' }).waitFor();
    expect(await scrollTop(page)).toBe(0);
    await page.goBack();
    await row.waitFor();
    expect(await search(page).inputValue()).toBe('crowd');
    expect(await page.getByRole('radio', { name: 'To review' }).isChecked()).toBe(true);
    expect(await scrollTop(page)).toBe(before);
    expect(await row.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.close();
  });

  test('a search is forgotten with the lock', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await search(page).fill('quill');
    await page.keyboard.press('Control+l');
    await page.getByLabel('Passphrase', { exact: true }).fill('anything');
    await page.getByRole('button', { name: 'Unlock' }).click();
    await search(page).waitFor();
    expect(await search(page).inputValue()).toBe('');
    await page.close();
  });

  test('names that are nearly what was typed are offered apart, in the quick search too', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await search(page).fill('nakamrua');
    const similar = page.getByRole('region', { name: 'Similar names' });
    await similar.getByRole('link', { name: /Nakamura/ }).waitFor();
    await page.getByText('0 found').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search the patients' }).fill('nakamrua');
    await page.getByRole('option', { name: /Nakamura.*Similar/ }).waitFor();
    await page.close();
  });

  test('a search of signs says what to type', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await search(page).fill('%');
    await page.getByText('Signs alone find nobody').waitFor();
    await page.close();
  });

  test('patients are selected by keys, archived together, and come back with Undo', async () => {
    const page = await browser.open({ scenario: 'large', hash: '#/patients' });
    await rows(page).first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+J');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('3 patients selected').waitFor();
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByText('263 enrolled').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('266 enrolled').waitFor();
    expect(await page.getByRole('toolbar').count()).toBe(0);
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the worklist in a real browser';
const patience = { timeout: 60_000 };
const rows = (page: Page) => page.locator('main [data-row]');
const names = (page: Page) => rows(page).locator('.worklist__patient strong').allTextContents();
const scrollTop = (page: Page) => page.locator('main').evaluate((main) => main.scrollTop);
const sortBy = (page: Page) => page.getByLabel('Sort by', { exact: true });
const isFocused = (page: Page, name: RegExp) =>
  page.getByRole('link', { name }).evaluate((element) => element === document.activeElement);

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('begins with what is suspicious, counts at once and comes page by page', async () => {
    const page = await browser.open({ scenario: 'large', hash: '#/worklist' });
    await page.getByText('270 images to review: 267 lesions of 265 patients').waitFor();
    await rows(page).nth(49).waitFor({ state: 'attached' });
    expect(await rows(page).count()).toBe(50);
    const verdicts = await rows(page)
      .locator('[data-verdict]')
      .evaluateAll((chips) => chips.map((chip) => chip.getAttribute('data-verdict')));
    expect(verdicts.filter((verdict) => verdict === 'suspicious').length).toBeGreaterThan(40);
    await page.keyboard.press('j');
    await page.keyboard.press('End');
    await rows(page).nth(99).waitFor({ state: 'attached' });
    await page.keyboard.press('Home');
    expect(
      await rows(page)
        .first()
        .evaluate((row) => row === document.activeElement),
    ).toBe(true);
    await page.close();
  });

  test('one person’s lesions stand together, each row with the newest of its images', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await rows(page).first().waitFor();
    const all = await names(page);
    expect(all.filter((name) => name.startsWith('Quillfeather'))).toHaveLength(3);
    expect(all.lastIndexOf('Quillfeather, Ottoline') - all.indexOf('Quillfeather, Ottoline')).toBe(
      2,
    );
    const meulen = rows(page).filter({ hasText: 'van der Meulen' });
    await meulen.getByText('2 images').waitFor();
    await meulen.getByText('An earlier image. Newest: unclear').waitFor();
    await page.close();
  });

  test('is sorted by its columns’ heads, and the other way round', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.getByRole('button', { exact: true, name: 'Patient' }).click();
    await page.getByRole('button', { exact: true, name: 'Patient', pressed: true }).waitFor();
    await expect.poll(async () => (await names(page))[0], patience).toBe('Abendroth, Konstantin');
    expect(await sortBy(page).inputValue()).toBe('patient false');
    await page.getByRole('button', { exact: true, name: 'Patient' }).click();
    await expect
      .poll(async () => (await names(page)).at(-1), patience)
      .toBe('Abendroth, Konstantin');
    await page.close();
  });

  test('filters, order and place survive the way to an image and back', async () => {
    const page = await browser.open({ scenario: 'large', hash: '#/worklist' });
    await page.getByRole('checkbox', { name: /^Unclear/ }).check();
    await page.getByRole('checkbox', { name: /^No sign/ }).check();
    await sortBy(page).selectOption('Patient, A to Z');
    await page.getByRole('searchbox').fill('crowd');
    await expect.poll(async () => (await names(page))[0], patience).toMatch(/^Crowd/);
    // The list that was there before may be walked at first, and is replaced beneath the keys.
    await expect
      .poll(async () => {
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('End');
        return rows(page).count();
      }, patience)
      .toBeGreaterThan(99);
    const row = page.getByRole('link', { name: /Crowd20/ }).first();
    const name = (await row.textContent())?.match(/Crowd\d+/)?.[0] ?? '';
    await row.focus();
    const before = await scrollTop(page);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save review' }).waitFor();
    await page.goBack();
    await row.waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('crowd');
    expect(await page.getByRole('checkbox', { name: /^Unclear/ }).isChecked()).toBe(true);
    expect(await sortBy(page).inputValue()).toBe('patient false');
    expect(await scrollTop(page)).toBe(before);
    expect(await isFocused(page, new RegExp(name))).toBe(true);
    await page.close();
  });

  test('a place far down is found again after a reload', async () => {
    const page = await browser.open({ scenario: 'large', hash: '#/worklist' });
    await rows(page).first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('End');
    await rows(page).nth(99).waitFor({ state: 'attached' });
    await page.keyboard.press('End');
    await rows(page).nth(149).waitFor({ state: 'attached' });
    const key = await rows(page).nth(110).getAttribute('data-row');
    await rows(page).nth(110).focus();
    const before = await scrollTop(page);
    await page.reload();
    await rows(page).nth(149).waitFor({ state: 'attached' });
    await expect.poll(() => scrollTop(page), patience).toBe(before);
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.row)).toBe(
      key,
    );
    await page.close();
  });

  test('a view is saved under a name, chosen again and removed', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    const menu = async (item: string) => {
      await page.getByRole('button', { name: 'Views' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await page.getByRole('checkbox', { name: /^Unclear/ }).check();
    await page.getByText(/^2 of 10 images to review|^1 of 10 images to review/).waitFor();
    await menu('Save or remove');
    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByText('Give the view a name.').waitFor();
    await page.getByLabel('Save filters').fill('Not sure of');
    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await menu('Everything');
    await page.getByText(/^10 images to review/).waitFor();
    await menu('Not sure of');
    await page.getByText(/of 10 images to review/).waitFor();
    expect(await page.getByRole('checkbox', { name: /^Unclear/ }).isChecked()).toBe(true);
    await menu('Save or remove');
    await page.getByRole('button', { name: 'Remove Not sure of' }).click();
    await page.getByRole('list', { name: 'Your views' }).waitFor({ state: 'detached' });
    await page.close();
  });

  test('selected lesions are gone through by themselves', async () => {
    const page = await browser.open({ scenario: 'large', hash: '#/worklist' });
    await rows(page).first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    await page.getByText('1 lesion selected').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('3 lesions selected').waitFor();
    await page.getByRole('button', { name: 'Review these' }).click();
    await page.getByText(/^1 of [45]$/).waitFor();
    await page.goBack();
    await page.getByText('Only the 3 lesions that you chose are shown.').waitFor();
    await rows(page).nth(2).waitFor({ state: 'attached' });
    expect(await rows(page).count()).toBe(3);
    await page.getByRole('button', { name: 'Show the others too' }).click();
    await rows(page).nth(49).waitFor();
    await page.close();
  });

  test('Shift and a click select all rows between', async () => {
    const page = await browser.open({ scenario: 'large', hash: '#/worklist' });
    const boxes = page.getByRole('checkbox', { name: /^Select lesion/ });
    await boxes.nth(1).click();
    await boxes.nth(5).click({ modifiers: ['Shift'] });
    await page.getByText('5 lesions selected').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('toolbar', { name: 'Selected rows' }).count()).toBe(0);
    await page.close();
  });

  test('selected lesions are read again', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await rows(page).first().waitFor();
    const before = await readingCount(page);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+J');
    await page.getByRole('button', { name: 'Read again' }).click();
    await page.getByText('2 images read.').waitFor();
    expect(await readingCount(page)).toBe(before + 2);
    await page.close();
  });

  test('what leaves nothing says so and leads back to everything', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.getByRole('searchbox').fill('nobody');
    await page.getByText('Nothing that waits matches').waitFor();
    await page.getByText(/^0 of 10 images to review/).waitFor();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.getByText(/^10 images to review/).waitFor();
    await rows(page).nth(6).waitFor({ state: 'attached' });
    expect(await rows(page).count()).toBe(7);
    await page.close();
  });

  test('the last image of the list is followed by the first that is left', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await rows(page).last().click();
    const positions = page.locator('.reading__place');
    await positions.getByText(/ of 10$/).waitFor();
    while (!(await page.getByRole('button', { name: /^Next image/ }).isDisabled())) {
      const address = page.url();
      await page.keyboard.press('j');
      await page.waitForURL((url) => url.href !== address);
      await positions.getByText(/ of 10$/).waitFor();
    }
    await positions.getByText('10 of 10').waitFor();
    await page.keyboard.press('4');
    await page.keyboard.press('n');
    await page.keyboard.press('Control+Enter');
    await positions.getByText('1 of 9').waitFor();
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

const readingCount = (page: Page) =>
  page.evaluate(() =>
    window.fakeStation.clinic.images.reduce((sum, { readings }) => sum + readings.length, 0),
  );

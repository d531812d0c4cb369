import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the classes in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const openClasses = () => browser.open({ hash: '#/settings/classes' });
  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

  test('a class is given another name, and has its own again when that is undone', async () => {
    const page = await openClasses();
    await press(page, 'Rename');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Rename class' }).click();
    await dialog.getByText('Enter a name.').waitFor();
    await dialog.getByLabel('Class', { exact: true }).selectOption('nv');
    await dialog.getByLabel('New name').fill('Mole');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('nv is called Mole').waitFor();
    await press(page, 'Undo: nv is called Mole');
    await page.getByText('nv is called Mole').waitFor({ state: 'detached' });
    await page.close();
  });

  test('classes are merged into one that is as grave as the gravest of them', async () => {
    const page = await openClasses();
    await press(page, 'Merge');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: 'Dermatofibroma' }).check();
    await dialog.getByLabel('Name of the merged class').fill('Harmless growth');
    await dialog.getByRole('button', { name: 'Merge classes' }).click();
    await dialog.getByText('Choose two classes or more.').waitFor();
    await dialog.getByRole('checkbox', { name: 'Actinic keratosis' }).check();
    expect(await dialog.getByRole('radio', { name: 'Pre-malignant' }).isChecked()).toBe(true);
    await dialog.getByLabel('Short code').fill('growth');
    await dialog.getByRole('button', { name: 'Merge classes' }).click();
    await dialog.waitFor({ state: 'detached' });
    const merge = 'akiec and df become Harmless growth (growth), pre-malignant';
    await page.getByText(merge).waitFor();
    await press(page, `Undo: ${merge}`);
    await page.getByText(merge).waitFor({ state: 'detached' });
    await page.close();
  });

  test('what melanoma is merged into keeps its code', async () => {
    const page = await openClasses();
    await press(page, 'Merge');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name of the merged class').fill('Pigmented lesion');
    expect(await dialog.getByLabel('Short code').inputValue()).toBe('pl');
    await dialog.getByRole('checkbox', { name: 'Melanoma' }).check();
    expect(await dialog.getByLabel('Short code').inputValue()).toBe('mel');
    expect(await dialog.getByLabel('Short code').isDisabled()).toBe(true);
    await page.close();
  });

  test('the adaptation to the camera is switched on and off, and says on what it was measured', async () => {
    const page = await openClasses();
    await page.getByRole('heading', { name: 'This clinic’s camera' }).waitFor();
    await page.getByText('20 examples of 13 lesions of the shipped classes').waitFor();
    await press(page, 'Adapt to our camera');
    const change = 'Counts are adapted to this clinic’s camera';
    await page.getByText(change).waitFor();
    expect(await page.getByRole('button', { name: 'Adapt to our camera' }).count()).toBe(0);
    await press(page, `Undo: ${change}`);
    await page.getByRole('button', { name: 'Adapt to our camera' }).waitFor();
    await page.close();
  });

  test('what a class was worth is told version by version, the oldest first', async () => {
    const page = await openClasses();
    const table = page.getByRole('table', { name: 'Squamous cell carcinoma, by version' });
    await table.waitFor();
    const rows = await table.locator('tbody tr').allInnerTexts();
    expect(rows.map((row) => row.split(/\s+/).join(' '))).toEqual([
      '1 Retired Oct 12, 2026 the shipped classes kept as they are 9 42 % (20 to 64) mel −1.1 (−2.3 to +0.1) 94 % (91 to 97)',
      '2 To be approved Nov 20, 2026 the shipped classes kept as they are 28 61 % (47 to 75) mel −1.1 (−2.3 to +0.1) 94 % (91 to 97)',
    ]);
    await page.close();
  });

  test('the keys go through the examples on the map, each shown as it is come to, and open one', async () => {
    const page = await openClasses();
    const map = page.getByRole('region', { name: 'Where the examples lie' });
    const points = map.getByRole('link');
    await points.first().waitFor();
    expect(
      await points.evaluateAll((all) => all.filter((each) => each.tabIndex === 0).length),
    ).toBe(1);
    await points.first().focus();
    await page.keyboard.press('ArrowRight');
    const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await map.getByText(name ?? '', { exact: true }).waitFor();
    await map.locator('.class-map__shown img').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /^Lesion/ }).waitFor();
    await page.close();
  });

  test('selected lesions become examples, each confirmed in its way, and are as before when that is undone', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    const given = () =>
      page.evaluate(() =>
        [...window.fakeStation.clinic.examples.values()].flatMap((classes) =>
          [...classes].map(([code, confirmedBy]) => `${code} ${confirmedBy}`),
        ),
      );
    const use = async () => {
      await page.locator('[data-row]').first().focus();
      await page.keyboard.press('x');
      await page.keyboard.press('Shift+ArrowDown');
      await press(page, 'Use as examples…');
    };
    const dialog = page.getByRole('dialog');
    await use();
    await dialog.getByText('the lesion has examples of another class').waitFor();
    await dialog.getByLabel('Of the class').selectOption('scc');
    await dialog.getByLabel('Diagnoses confirmed by').selectOption('consensus');
    await dialog
      .getByRole('combobox', { name: /: confirmed by$/ })
      .first()
      .selectOption('clinical');
    await dialog.getByRole('button', { name: 'Use 2 as examples' }).click();
    await page.getByText('2 examples of Squamous cell carcinoma more.').waitFor();
    expect((await given()).toSorted()).toEqual(['scc clinical', 'scc consensus']);

    await use();
    await dialog.getByLabel('Of the class').selectOption('nv');
    await dialog.getByText('2 images stand under another class already').waitFor();
    expect(await dialog.getByText('also scc').count()).toBe(2);
    await dialog.getByLabel('Of the class').selectOption('scc');
    await dialog.getByRole('button', { name: 'Use 2 as examples' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await given()).toEqual(['scc histology', 'scc histology']);
    await press(page, 'Undo');
    await expect
      .poll(async () => (await given()).toSorted())
      .toEqual(['scc clinical', 'scc consensus']);
    await page.close();
  });
});

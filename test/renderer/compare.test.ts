import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { openCompare, openLesion } from './lesion-pages.ts';

const suite = 'a lesion through time, in a real browser';

/** The canvas's pixel in its middle. */
const middleOf = (page: Page, pane = 0) =>
  page
    .locator('canvas')
    .nth(pane)
    .evaluate((canvas: HTMLCanvasElement) => {
      const context = canvas.getContext('2d');
      return [...(context?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data ?? [])];
    });
const picturesAreThere = (page: Page) =>
  expect
    .poll(async () => (await middleOf(page)).slice(0, 3).some((value) => value > 20))
    .toBe(true);

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('images stand by their days of capture whatever the order of import, gaps as gaps, unknown days apart', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openLesion(page);
    const axis = page.getByRole('list', { name: 'By the day of capture' });
    expect(await axis.locator('.axis__day').allTextContents()).toEqual([
      'Mar 2, 2021',
      'Nov 5, 2025',
      'May 4, 2026',
    ]);
    expect(await axis.locator('.axis__pause').allTextContents()).toEqual(['4.5 years', '6 months']);
    expect(await axis.locator('[data-gap="true"]').count()).toBe(1);
    const unknown = page.getByRole('region', { name: 'Day of capture not known' });
    expect(await unknown.getByRole('link').count()).toBe(1);
    // One line: over the gap none is led.
    expect(await page.locator('.trend__line').count()).toBe(1);
    expect(await page.locator('.trend__point').count()).toBe(3);
    await page.close();
  });

  test('a lesion without images has its record all the same', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.evaluate(() => {
      const { clinic } = window.fakeStation;
      location.hash = `#/lesions/${clinic.lesions[3]?.id}`;
    });
    await page.getByText('No image yet').waitFor();
    expect(await page.getByRole('button', { name: 'Compare' }).isDisabled()).toBe(true);
    await page.getByText('Nothing yet.').waitFor();
    await page.close();
  });

  test('two visits are compared by keyboard: every mode, zoom, move, nudge, other images, and back', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openCompare(page);
    expect(await page.locator('canvas').count()).toBe(2);
    await picturesAreThere(page);
    await page.keyboard.press('+');
    await page.getByText('130 %').waitFor();
    for (const [key, name] of [
      ['2', 'Blink'],
      ['3', 'Swipe'],
      ['4', 'Fade'],
      ['5', 'Difference'],
    ] as const) {
      await page.keyboard.press(key);
      await page
        .getByRole('img', { name: new RegExp(`^${name}: Lesion A, Mar 2, 2021`) })
        .waitFor();
    }
    // Two different drawings: nothing says that they are the same place.
    await page.getByText('Not registered, because').waitFor();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('w');
    await page.getByText('was moved by hand').waitFor();
    await page.keyboard.press('x');
    await expect.poll(() => page.getByText('was moved by hand').count()).toBe(0);
    await page.keyboard.press('0');
    await page.getByText('100 %').waitFor();
    await page.keyboard.press('k');
    await page.getByRole('img', { name: /Nov 5, 2025$/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Lesion A' }).waitFor();
    await page.close();
  });

  test('a picture differs from itself in next to nothing', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openLesion(page);
    await page.evaluate(() => {
      const { clinic } = window.fakeStation;
      const [one, two] = clinic.images;
      if (one && two) Object.assign(two, { seed: one.seed });
      const ids = [one, two].map((image) => image?.stored.id).join(',');
      location.hash = `${location.hash}/compare/${ids}`;
    });
    await picturesAreThere(page);
    await page.keyboard.press('5');
    await page.getByText(/^(Registered by|Not registered, because)/).waitFor();
    await expect
      .poll(async () => Math.max(...(await middleOf(page)).slice(0, 3)), { timeout: 60_000 })
      .toBeLessThan(30);
    await page.keyboard.press('Shift+ArrowRight');
    for (let times = 0; times < 30; times++) await page.keyboard.press('Shift+ArrowRight');
    const brightest = () =>
      page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
        const all = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
        let most = 0;
        for (const [at, value] of Array.from(all ?? []).entries())
          if (at % 4 !== 3 && value > most) most = value;
        return most;
      });
    await expect.poll(brightest, { timeout: 60_000 }).toBeGreaterThan(60);
    await page.close();
  });

  test('four images stand beside each other, and zoom together', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openLesion(page);
    const ticks = page.getByRole('checkbox', { name: /^Compare A, / });
    for (let index = 0; index < 4; index++) await ticks.nth(index).check();
    await page.getByRole('button', { name: 'Compare 4' }).click();
    await expect.poll(() => page.locator('canvas').count()).toBe(4);
    await page.getByText('day not known, imported').waitFor();
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

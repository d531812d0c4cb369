import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { measureImages, openLesion } from './lesion-pages.ts';

const suite = 'a lesion’s curves in a real browser';

const chart = (page: Page, title: string) => page.getByRole('figure', { name: title, exact: true });

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('images without an outline are counted, outlined one after the other, and then charted', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openLesion(page);
    await page.getByText('3 images without an outline.').waitFor();
    expect(await chart(page, 'Asymmetry').count()).toBe(0);
    await page.getByRole('button', { name: 'Outline them' }).click();
    await chart(page, 'Asymmetry').waitFor();
    expect(await page.getByText(/without an outline/).count()).toBe(0);
    await page.getByText('No outlined picture is calibrated').waitFor();
    expect(await chart(page, 'Long axis').count()).toBe(0);
    await page.close();
  });

  test('a picture without a scale is a ring in the chart of sizes, and a gap is not joined over', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openLesion(page);
    await measureImages(page, '2025-11-05');
    const size = chart(page, 'Long axis');
    await size.waitFor();
    expect(await size.locator('.trend__point').count()).toBe(2);
    expect(await size.locator('.trend__missing').count()).toBe(1);
    expect(await size.locator('.trend__line').count()).toBe(0);
    expect(await size.locator('.trend__bar').count()).toBe(2);
    expect(await size.getByRole('img').getAttribute('aria-label')).toMatch(
      /^Long axis: Mar 2, 2021 [\d.]+ mm, from [\d.]+ mm to [\d.]+ mm; Nov 5, 2025 not calibrated; May 4, 2026/,
    );
    // What needs no scale has all three.
    expect(await chart(page, 'Colour').locator('.trend__point').count()).toBe(3);
    expect(await chart(page, 'Colour').locator('.trend__line').count()).toBe(1);
    await page.close();
  });

  test('the newest visit is set against what was to be expected, and the words say that growth was simulated', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openLesion(page);
    await measureImages(page);
    const box = chart(page, 'Long axis').locator('.trend__expected');
    await box.waitFor();
    const last = chart(page, 'Long axis').locator('.trend__point').last();
    const [at, middle] = [await last.boundingBox(), await box.boundingBox()];
    expect((middle?.x ?? 0) + (middle?.width ?? 0) / 2).toBeCloseTo(
      (at?.x ?? 0) + (at?.width ?? 0) / 2,
      0,
    );
    await page.getByText('about 4 would look at least as unusual').waitFor();
    await page.getByText('14.4 to 20.1 mm was to be expected').waitFor();
    await page.getByText('learned from simulated growth, not from patients').waitFor();
    await page.close();
  });

  test('charts above each other have the same days at the same places', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openLesion(page);
    await measureImages(page, '2021-03-02');
    await chart(page, 'Long axis').waitFor();
    const places = (title: string) =>
      chart(page, title)
        .locator('.trend__point')
        .evaluateAll((all) => all.map((each) => each.getAttribute('cx')));
    expect(await places('Long axis')).toEqual((await places('Colour')).slice(1));
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

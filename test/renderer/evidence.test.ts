import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'what the network saw, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('one key lays the map over the square that the network reads, and takes it away', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.locator('[data-row]').first().click();
    await page.getByRole('button', { name: 'Save review' }).waitFor();
    const picture = page.getByRole('img', { name: /^Lesion / }).first();
    await picture.waitFor();
    await page.keyboard.press('v');
    const map = page.getByRole('img', { name: /^What speaks for Melanoma: most at the / });
    await map.waitFor();
    const [of, on] = await Promise.all([picture.boundingBox(), map.boundingBox()]);
    expect(on?.height).toBeCloseTo(of?.height ?? 0, 0);
    expect(on?.width).toBeCloseTo(of?.height ?? 0, 0);
    expect((on?.x ?? 0) + (on?.width ?? 0) / 2).toBeCloseTo((of?.x ?? 0) + (of?.width ?? 0) / 2, 0);
    await page.getByLabel('For and against').selectOption('nv');
    await page.getByRole('img', { name: /^What speaks for Melanocytic naevus/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('h1').focus();
    await page.keyboard.press('v');
    await expect.poll(() => page.locator('.evidence-map').count()).toBe(0);
    await page.close();
  });

  test('where the impression comes first, the map is not shown before it', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.evaluate(() => {
      Object.assign(window.fakeStation.clinic.settings, { impressionFirst: true });
      window.fakeStation.changed('settings');
    });
    await page.locator('[data-row]').first().click();
    await page.getByText('Choose your impression first').waitFor();
    expect(await page.getByText('What the network saw').count()).toBe(0);
    await page.keyboard.press('4');
    await page.getByText('What the network saw').waitFor();
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

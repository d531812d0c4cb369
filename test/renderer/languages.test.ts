import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the languages in a real browser';

/** Each of the main places, and the widest tables and forms. */
const places = [
  '#/worklist',
  '#/patients',
  '#/follow-ups',
  '#/opinions',
  '#/settings/you',
  '#/settings/clinic',
  '#/settings/templates',
  '#/settings/backup',
  '#/settings/devices',
  '#/settings/classes',
  '#/settings/sharing',
  '#/settings/reading',
  '#/settings/quality',
  '#/settings/audit',
  '#/settings/keys',
];

const language = (page: Page) => page.evaluate(() => document.documentElement.lang);
/** Sideways scrolling of the page itself, in pixels. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test.each([
    ['de-CH', 'de', 'Arbeitsliste', /\d{2}\.\d{2}\.\d{4}/],
    ['fr-FR', 'fr', 'Liste de travail', /\d{1,2} \p{L}+\.? \d{4}/u],
    ['es-ES', 'es', 'Lista de trabajo', /\d{1,2} \p{L}+ \d{4}/u],
    ['ja-JP', 'en', 'Worklist', /\d{1,2} \p{L}{3} \d{4}/u],
  ])('a browser that prefers %s is spoken to in %s', async (locale, code, heading, day) => {
    const page = await browser.open({ locale, hash: '#/worklist' });
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    expect(await language(page)).toBe(code);
    await page
      .getByRole('link', { name: /Quillfeather/ })
      .first()
      .click();
    await expect.poll(() => page.locator('main').innerText()).toMatch(day);
    await page.close();
  });

  test('another language is chosen in the settings and spoken once the clinic was locked', async () => {
    const page = await browser.open({ hash: '#/settings/you' });
    await page.getByLabel('Language', { exact: true }).selectOption('Deutsch');
    await page.getByText('The screens speak it once the clinic was locked.').waitFor();
    expect(await language(page)).toBe('en');
    const loaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    await loaded;
    await expect.poll(() => language(page)).toBe('de');
    await page.close();
  });

  test.each(['de', 'fr', 'es'])(
    'nothing is too long for a narrow or a wide window in %s',
    async (locale) => {
      for (const widthPx of [380, 1440]) {
        const page = await browser.open({ locale, widthPx, hash: '#/worklist' });
        for (const place of places) {
          await page.evaluate((hash) => {
            location.hash = hash;
          }, place);
          await page.waitForTimeout(100);
          expect(`${place} ${await overflow(page)}`).toBe(`${place} 0`);
        }
        await page.close();
      }
    },
  );

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

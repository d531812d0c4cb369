import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { threeFiles } from './screens.ts';

const suite = 'what a clinician sees, in a real browser';

/** The laptop, the clinic's screens, and 1440 × 900 at twice the size. */
const windows = [
  { widthPx: 1280, heightPx: 800 },
  { widthPx: 1440, heightPx: 900 },
  { widthPx: 1920, heightPx: 1080 },
  { widthPx: 2560, heightPx: 1440 },
  { widthPx: 720, heightPx: 450 },
];

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${locator} is not shown.`);
  return box;
}

/** Whether a click in its middle reaches it. */
const isOnTop = (locator: Locator) =>
  locator.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    return hit !== null && (element === hit || element.contains(hit));
  });

const openFirst = (page: Page) => openRow(page, /./);

const openRow = async (page: Page, text: RegExp) => {
  await page.locator('[data-row]').filter({ hasText: text }).first().click();
  await page.getByRole('button', { name: 'Save review' }).waitFor();
};

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('the program’s own typeface shows Latin, Greek and Cyrillic names', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    const loaded = await page.evaluate(async () => {
      const font = '15px "IBM Plex Sans Variable"';
      const names = ['Quillfeather', 'Łukasz Őry', 'Παπαδόπουλος', 'Иванова', 'Nguyễn'];
      const faces = await Promise.all(names.map((name) => document.fonts.load(font, name)));
      return faces.map(
        (found) => found.length > 0 && found.every(({ status }) => status === 'loaded'),
      );
    });
    expect(loaded).toEqual([true, true, true, true, true]);
    await page.close();
  });

  test.each(windows)(
    'neither the imports nor a message cover or move Save and the arrows at $widthPx × $heightPx',
    async (size) => {
      const page = await browser.open({ hash: '#/patients', ...size });
      await page
        .getByRole('link', { name: /Quillfeather/ })
        .first()
        .click();
      await page.getByLabel('Choose images').first().setInputFiles(threeFiles);
      await page.getByRole('button', { name: 'Imports: 1 imported' }).waitFor();
      await page.getByRole('link', { name: 'Worklist' }).click();
      await openFirst(page);
      const controls = [
        page.getByRole('button', { name: 'Save review' }),
        page.getByRole('button', { name: /^Next image/ }),
        page.getByRole('button', { name: /^Previous image/ }),
        page.getByRole('button', { name: 'Lock' }),
      ];
      const before = await Promise.all(controls.map(boxOf));
      expect(await Promise.all(controls.map(isOnTop))).toEqual([true, true, true, true]);
      await page.evaluate(() => window.fakeStation.warnOfLock(30_000));
      await page.getByRole('alert').waitFor();
      expect(await Promise.all(controls.map(isOnTop))).toEqual([true, true, true, true]);
      expect(await Promise.all(controls.map(boxOf))).toEqual(before);
      await page.evaluate(() => window.fakeStation.warnOfLock(null));
      await page.keyboard.press('4');
      await page.keyboard.press('n');
      await page.keyboard.press('Control+Enter');
      await page.getByText('Review saved.').waitFor();
      await page.getByRole('button', { name: 'Save review' }).waitFor();
      expect(await Promise.all(controls.map(isOnTop))).toEqual([true, true, true, true]);
      const [, ...after] = await Promise.all(controls.map(boxOf));
      expect(after).toEqual(before.slice(1));
      await page.close();
    },
  );

  test('the arrows stay under the mouse from one image to the next', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openFirst(page);
    const next = page.getByRole('button', { name: /^Next image/ });
    const before = await boxOf(next);
    for (const position of ['2 of 10', '3 of 10', '4 of 10']) {
      await next.click();
      await page.getByText(position).waitFor();
      expect(await boxOf(next)).toEqual(before);
    }
    await page.close();
  });

  test('a key’s cap is shown while Alt is held, and the key then acts', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openFirst(page);
    const cap = page.getByRole('radiogroup', { name: 'Decision' }).locator('kbd').first();
    expect(await cap.isVisible()).toBe(false);
    await page.keyboard.down('Alt');
    await cap.waitFor();
    await page.keyboard.press('m');
    await page.keyboard.up('Alt');
    expect(await cap.isVisible()).toBe(false);
    await page.getByRole('radio', { name: 'Monitor', checked: true }).waitFor();
    await page.close();
  });

  test('the picture fills the screen and leaves it by the same key, from image to image', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openFirst(page);
    const picture = page.locator('.viewer');
    const side = page.getByRole('region', { name: 'Reading' });
    await page.keyboard.press('f');
    await expect.poll(async () => (await boxOf(picture)).width).toBe(1440);
    await page.keyboard.press('j');
    await page.getByRole('img', { name: /Lesion left shoulder/ }).waitFor();
    await expect.poll(async () => (await boxOf(picture)).width).toBe(1440);
    expect(await isOnTop(side)).toBe(false);
    await page.keyboard.press('f');
    await expect.poll(() => isOnTop(side)).toBe(true);
    await page.close();
  });

  test('the title, and every control of the zoom, are whole in the smallest window', async () => {
    const page = await browser.open({ hash: '#/worklist', widthPx: 720, heightPx: 450 });
    await openFirst(page);
    const picture = await boxOf(page.locator('.viewer'));
    for (const control of await page
      .getByRole('toolbar', { name: 'Zoom' })
      .getByRole('button')
      .all()) {
      const box = await boxOf(control);
      expect(box.y).toBeGreaterThanOrEqual(picture.y);
      expect(box.x).toBeGreaterThanOrEqual(picture.x);
      expect(await isOnTop(control)).toBe(true);
    }
    const title = page.getByRole('heading', { level: 1 });
    expect(await title.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
    await page.close();
  });

  test('no verdict reaches over the picture beside it', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.evaluate(() => {
      for (const { readings } of window.fakeStation.clinic.images)
        for (const reading of readings) reading.verdict.kind = 'no-sign';
    });
    await page
      .getByRole('link', { name: /Quillfeather/ })
      .first()
      .click();
    await page.getByText('No sign of malignancy').first().waitFor();
    const overhang = await page
      .locator('.strip__item')
      .evaluateAll((items) => items.map((item) => item.scrollWidth - item.clientWidth));
    expect(overhang.length).toBeGreaterThan(3);
    expect(Math.max(...overhang)).toBe(0);
    await page.close();
  });

  test('where the system chooses the colours, what is chosen and where one is are still told', async () => {
    const page = await browser.open({ hash: '#/settings/clinic' });
    await page.emulateMedia({ forcedColors: 'active' });
    const chips = page.getByRole('radiogroup', { name: /^Lock a screen/ }).locator('.chip');
    const grounds = await chips.evaluateAll((all) =>
      all.map((chip) => getComputedStyle(chip).backgroundColor),
    );
    expect(new Set(grounds).size).toBe(2);
    const outline = (link: Locator) =>
      link.evaluate((element) => getComputedStyle(element).outlineStyle);
    const parts = page.getByRole('navigation', { name: 'Settings' });
    expect(await outline(parts.getByRole('link', { name: 'Clinic and users' }))).toBe('solid');
    expect(await outline(parts.getByRole('link', { name: 'Keyboard' }))).toBe('none');
    await page.close();
  });

  test('the lesion’s other images stand under the picture, each with its verdict', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openRow(page, /Quillfeather.*upper back/);
    const strip = page.getByRole('navigation', { name: 'Images of lesion A' });
    await strip.getByRole('link').nth(2).waitFor();
    expect(await strip.getByRole('link').count()).toBe(3);
    expect(
      await strip.getByRole('img', { name: /Suspicious|Unclear|No sign|unusable/ }).count(),
    ).toBe(3);
    const address = page.url();
    await strip.getByRole('link').nth(1).click();
    await page.waitForURL((url) => url.href !== address);
    expect(await strip.getByRole('link').nth(1).getAttribute('aria-current')).toBe('true');
    await page.close();
  });

  test('the mouse resting on a thumbnail shows the picture larger, until it leaves', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.locator('.thumbnail img').first().hover();
    const peek = page.locator('.peek img');
    await peek.waitFor();
    expect((await boxOf(peek)).width).toBeGreaterThan(400);
    await page.mouse.move(5, 5);
    await peek.waitFor({ state: 'detached' });
    await page.close();
  });

  test('the patient’s name stands in the top bar on the record and on each of its images', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openRow(page, /Quillfeather.*upper back/);
    const top = page.getByRole('banner').getByRole('link', { name: /Quillfeather, Ottoline/ });
    await top.click();
    await page.getByRole('heading', { name: 'Lesions' }).waitFor();
    await top.waitFor();
    await page.getByRole('link', { name: 'Worklist' }).click();
    await top.waitFor({ state: 'detached' });
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

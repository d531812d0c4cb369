import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { openMeasure } from './lesion-pages.ts';

const suite = 'measuring a lesion in a real browser';

const figure = (page: Page, name: string) =>
  page
    .getByRole('region', { name: 'Measure' })
    .locator('dl > dt', { hasText: name })
    .locator('xpath=following-sibling::dd[1]');

/** Points at a place of the picture, in shares of it. */
async function pointAt(page: Page, x: number, y: number): Promise<void> {
  const box = await page.locator('.measure').boundingBox();
  if (!box) throw new Error('nothing is measured');
  await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
}

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const open = async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openMeasure(page);
    return page;
  };

  test('an outline is proposed, measured in pixels, and in millimetres once a ruler is confirmed', async () => {
    const page = await open();
    await page.getByText('Not calibrated').waitFor();
    await page.getByRole('button', { name: 'Outline the lesion' }).click();
    await page.getByText(/^Proposed by outline-1/).waitFor();
    expect(await figure(page, 'Long axis').textContent()).toMatch(/^[\d,]+ ± [\d,]+ px$/);
    expect(await figure(page, 'Area').textContent()).toMatch(/px²$/);
    expect(await page.locator('.scale-bar').count()).toBe(0);
    await page.getByRole('button', { name: 'Find the ruler' }).click();
    await page.getByText('A ruler with 23 marks was found').waitFor();
    await page.getByRole('button', { name: 'Calibrate' }).click();
    await page.getByText('1 mm is 41.6 pixels, ± 1.2 %').waitFor();
    expect(await figure(page, 'Long axis').textContent()).toMatch(/^[\d.]+ ± [\d.]+ mm$/);
    await page.locator('.scale-bar').waitFor();
    await page.close();
  });

  test('the scale bar is as long on the screen as it says', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Find the ruler' }).click();
    await page.getByRole('button', { name: 'Calibrate' }).click();
    const bar = page.locator('.scale-bar');
    await bar.waitFor();
    for (const zoom of ['0', 'z']) {
      await page.locator('h1').focus();
      await page.keyboard.press(zoom);
      const mm = Number((await bar.textContent())?.replace(' mm', ''));
      const shown = await page
        .getByRole('img', { name: /^Lesion / })
        .first()
        .boundingBox();
      const widthPx = await page.evaluate(() => {
        const id = location.hash.split('/')[2];
        return window.fakeStation.clinic.images.find(({ stored }) => stored.id === id)?.stored
          .widthPx;
      });
      const perMm = (41.6 * (shown?.width ?? 0)) / (widthPx ?? 1);
      expect((await bar.boundingBox())?.width).toBeCloseTo(mm * perMm, 0);
    }
    await page.close();
  });

  test('a point is dragged, undone by key and done again, then saved and taken back', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Outline the lesion' }).click();
    await page.getByText(/^Proposed by/).waitFor();
    const before = await figure(page, 'Long axis').textContent();
    const handle = page.getByRole('button', { name: /^Point 1 of/ });
    const box = await handle.boundingBox();
    if (!box) throw new Error('no point');
    await page.mouse.move(box.x + 12, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, box.y + 12, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => figure(page, 'Long axis').textContent()).not.toBe(before);
    const after = await figure(page, 'Long axis').textContent();
    await page.keyboard.press('Control+z');
    await page.getByText(/^Proposed by/).waitFor();
    expect(await figure(page, 'Long axis').textContent()).toBe(before);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => figure(page, 'Long axis').textContent()).toBe(after);
    await page.getByRole('button', { name: 'Save outline' }).click();
    await page.getByText(/^Proposed by outline-1, corrected by/).waitFor();
    await page.getByRole('button', { name: 'Take the outline back' }).click();
    await page.getByText(/^Proposed by outline-1 for/).waitFor();
    expect(await figure(page, 'Long axis').textContent()).toBe(before);
    await page.close();
  });

  test('the outline is snapped to the border, which is a step that is undone', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Outline the lesion' }).click();
    await page.getByText(/^Proposed by/).waitFor();
    await page.getByRole('button', { name: 'Snap to the border' }).click();
    await page.getByText('The outline is at the border.').waitFor();
    await page.getByRole('button', { name: 'Save outline' }).waitFor();
    await page.getByRole('button', { name: /^Undo the last step/ }).click();
    await page.getByText(/^Proposed by/).waitFor();
    await page.close();
  });

  test('all of it by keyboard: points are gone through, moved, added and removed', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Outline the lesion' }).click();
    await page.getByText(/^Proposed by/).waitFor();
    const points = page.locator('.measure__handle');
    const count = await points.count();
    await points.first().focus();
    await page.keyboard.press(']');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.ariaLabel))
      .toMatch(/^Point 2 /);
    const place = () => points.nth(1).evaluate((each) => (each as HTMLElement).style.left);
    const at = await place();
    await page.keyboard.press('ArrowRight');
    await expect.poll(place).not.toBe(at);
    await page.keyboard.press('Enter');
    await expect.poll(() => points.count()).toBe(count + 1);
    await page.keyboard.press('Delete');
    await expect.poll(() => points.count()).toBe(count);
    await page.close();
  });

  test('the brush adds to the outline, and takes off from it', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Outline the lesion' }).click();
    await page.getByText(/^Proposed by/).waitFor();
    const area = async () =>
      Number((await figure(page, 'Area').textContent())?.split(' ')[0]?.replaceAll(',', ''));
    const before = await area();
    const paint = async () => {
      const box = await page.locator('.measure').boundingBox();
      if (!box) throw new Error('no picture');
      await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.5 * box.height);
      await page.mouse.down();
      await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.97 * box.height, { steps: 6 });
      await page.mouse.up();
    };
    await page.getByRole('radio', { name: 'Brush: add' }).check();
    await paint();
    await expect.poll(area).toBeGreaterThan(before * 1.02);
    const more = await area();
    await page.getByRole('radio', { name: 'Brush: take off' }).check();
    await paint();
    await expect.poll(area).toBeLessThan(more);
    await page.close();
  });

  test('two points on a ruler calibrate by keyboard alone, and a length that is none is refused', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Two points on a ruler' }).click();
    await page.getByRole('button', { name: /^Which mark of the ruler first/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Which mark of the ruler second/ }).waitFor();
    for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const length = page.getByLabel('Length in mm');
    await length.fill('ten');
    await page.keyboard.press('Enter');
    await page.getByText('Type a length in millimetres').waitFor();
    await length.fill('5');
    await page.keyboard.press('Enter');
    await page.getByText(/^1 mm is/).waitFor();
    await page.getByText('From two points of a ruler, 5 mm apart').waitFor();
    await page.getByRole('button', { name: 'Take the scale back' }).click();
    await page.getByText('Not calibrated').waitFor();
    await page.close();
  });

  test('a distance is told with its error, and its ends can be moved', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Draw by hand' }).click();
    await page.getByRole('radio', { name: 'Distance' }).check();
    await pointAt(page, 0.3, 0.5);
    await pointAt(page, 0.7, 0.5);
    const label = page.locator('.measure__label');
    expect(await label.textContent()).toMatch(/^[\d,]+ ± \d+ px$/);
    const before = await label.textContent();
    await page.getByRole('button', { name: 'The other end' }).focus();
    for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowLeft');
    await expect.poll(() => label.textContent()).not.toBe(before);
    await page.close();
  });

  test('an outline that crosses itself is not saved, and says what to change', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Draw by hand' }).click();
    const box = await page.locator('.measure').boundingBox();
    const handle = await page.getByRole('button', { name: /^Point 1 of 8/ }).boundingBox();
    if (!handle || !box) throw new Error('no point');
    await page.mouse.move(handle.x + 12, handle.y + 12);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.1 * box.width, box.y + 0.42 * box.height, { steps: 4 });
    await page.mouse.up();
    await page.getByText(/it crosses itself; move the points apart/).waitFor();
    expect(await page.getByRole('button', { name: 'Save outline' }).isDisabled()).toBe(true);
    await page.close();
  });

  test('a calibrated picture makes its camera’s profile, which the settings show and withdraw', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Find the ruler' }).click();
    await page.getByRole('button', { name: 'Calibrate' }).click();
    await page.getByText(/^For all pictures of/).click();
    await page.getByLabel('Magnification').fill('10×');
    await page.getByRole('button', { name: 'Keep as its profile' }).click();
    await page.getByText(/and used for 3 pictures without a scale/).waitFor();
    await page.evaluate(() => {
      location.hash = '#/settings/devices';
    });
    const cameras = page.getByRole('region', { name: 'Cameras' });
    await cameras.getByRole('cell', { name: '10×' }).waitFor();
    await cameras.getByRole('button', { name: 'Withdraw' }).click();
    await cameras.getByText('None yet.').waitFor();
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../src/clinic/entities/index.ts';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the body map in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const openMap = async (role: Role = 'administrator') => {
    const page = await browser.open({ hash: '#/patients' });
    await page.evaluate((role) => {
      const [user] = window.fakeStation.clinic.users;
      if (user) Object.assign(window.fakeStation.clinic.users, [{ ...user, role }]);
      window.fakeStation.changed('session');
    }, role);
    await page
      .getByRole('link', { name: /Quillfeather/ })
      .first()
      .click();
    await page.locator('.figure__marker').first().waitFor();
    return page;
  };
  const show = (page: Page, name: string) => page.getByRole('radio', { name, exact: true }).check();
  const placeOf = (page: Page, label: string) =>
    page.evaluate(
      (label) => window.fakeStation.clinic.lesions.find((each) => each.label === label)?.position,
      label,
    );

  test('a lesion is added on the side of the head, on a palm and on a sole, by keyboard', async () => {
    const page = await openMap();
    const added = [
      ['Head', 'left side', 'Left ear', 'head-left', 2],
      ['Hands', 'palms', 'Right hand', 'palms', 0],
      ['Feet', 'soles', 'Right foot', 'soles', 0],
    ] as const;
    for (const [tab, figure, site, view, steps] of added) {
      await show(page, tab);
      const map = page.getByRole('group', { name: new RegExp(`^Body map, ${figure}`) });
      await map.locator('[tabindex="0"]').first().focus();
      for (let step = 0; step < steps; step++) await page.keyboard.press('ArrowDown');
      await map.getByRole('button', { name: site }).and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Enter');
      await page.getByLabel('Label').fill(`on ${view}`);
      await page.keyboard.press('Enter');
      await page.getByRole('region', { name: `Lesion on ${view}` }).waitFor();
      expect(await placeOf(page, `on ${view}`)).toMatchObject({ view });
      await map.locator('.figure__marker').waitFor();
    }
    await page.close();
  });

  test('a marker is dragged onto another figure, and put back with Undo', async () => {
    const page = await openMap();
    await show(page, 'Upper body');
    const from = await page.getByRole('button', { name: /^Lesion 1: A/ }).boundingBox();
    const to = await page.locator('[data-view="front"] [aria-label="Chest"]').boundingBox();
    if (!from || !to) throw new Error('not shown');
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2 + 12, to.y + to.height / 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => placeOf(page, 'A')).toMatchObject({ view: 'front' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => placeOf(page, 'A')).toMatchObject({ view: 'back' });
    await page.close();
  });

  test('plus and minus look closer and wider, what is focused comes into sight, and a drag moves it', async () => {
    const page = await openMap();
    const front = page.locator('svg[data-view="front"]');
    const box = async () => (await front.getAttribute('viewBox'))?.split(' ').map(Number) ?? [];
    const [, , whole = 0] = await box();
    await front.locator('[tabindex="0"]').first().focus();
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await expect.poll(async () => (await box())[2]).toBeLessThan(whole / 2);
    for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowUp'); // From scalp to feet.
    await expect.poll(async () => (await box())[1]).toBeGreaterThan(200);
    const [, before = 0] = await box();
    const at = await front.boundingBox();
    if (!at) throw new Error('not shown');
    await page.mouse.move(at.x + at.width / 2, at.y + 60);
    await page.mouse.down();
    await page.mouse.move(at.x + at.width / 2, at.y + 160, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => (await box())[1]).toBeLessThan(before - 20);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('-');
    await page.getByRole('button', { name: 'Look wider (−)' }).click();
    await expect.poll(async () => (await box())[2]).toBe(whole);
    await page.close();
  });

  test('who only reads is offered neither places to add to nor markers to move', async () => {
    const page = await openMap('reader');
    expect(await page.locator('.figure__part[role="button"]').count()).toBe(0);
    const before = await placeOf(page, 'A');
    const marker = page.getByRole('button', { name: /^Lesion 1: A/ });
    const from = await marker.boundingBox();
    if (!from) throw new Error('not shown');
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(from.x + 80, from.y + 40, { steps: 4 });
    expect(await page.locator('.figure__marker--held').count()).toBe(0);
    await page.mouse.up();
    await marker.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('.figure__marker--held').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.locator('.lesion--chosen').waitFor();
    expect(await placeOf(page, 'A')).toEqual(before);
    await page.close();
  });

  test('a marker says verdict and status, to the eye and to a screen reader', async () => {
    const page = await openMap();
    const first = page.getByRole('button', { name: /^Lesion 1: A, Right upper back, overdue,/ });
    expect(await first.getAttribute('data-status')).toBe('overdue');
    await page.getByRole('button', { name: /^Lesion 2: B, .*followed up, Suspicious/ }).waitFor();
    const legend = page.getByRole('list', { name: 'Signs on the map' });
    expect(await legend.textContent()).toMatch(/Suspicious.*Overdue.*Followed up/);
    await page.close();
  });
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cropFrom } from '../../renderer/src/overviews/overview-picture.tsx';
import type { Role } from '../../src/clinic/entities/index.ts';
import { lacks } from '../requirements.ts';
import { openRenderer, type PageOptions, type RendererBrowser } from './browser.ts';
import { addPhotographs, openOverview, picture } from './overview-screens.ts';

test('a crop lies about its mark, and shows nothing beyond the picture’s edge where that is larger', () => {
  expect(cropFrom(0.5, 640)).toBe(66 - 320);
  expect(cropFrom(0, 640)).toBe(0);
  expect(cropFrom(1, 640)).toBe(132 - 640);
  expect(cropFrom(0.2, 100)).toBe(16);
});

/** A busy machine is slow. */
const soon = { timeout: 30_000 };

const suite = 'overview photographs in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const openPage = async (options: PageOptions) => {
    const page = await browser.open(options);
    page.setDefaultTimeout(soon.timeout);
    return page;
  };
  const open = async (role: Role = 'administrator') => {
    const page = await openPage({ hash: '#/patients' });
    await page.evaluate((role) => {
      const [user] = window.fakeStation.clinic.users;
      if (user) Object.assign(window.fakeStation.clinic.users, [{ ...user, role }]);
      window.fakeStation.changed('session');
    }, role);
    await openOverview(page);
    return page;
  };
  const mark = (page: Page, label: string) =>
    page.getByRole('button', { name: new RegExp(`^Lesion \\d: ${label}`) });
  /** Where the station has a lesion's mark in the photograph that is shown. */
  const placeOf = (page: Page, label: string) =>
    page.evaluate((label) => window.fakeStation.markOf(label, location.hash), label);
  /** Waits until it has it there, to a hundredth. */
  const expectPlace = (page: Page, label: string, x: number, y: number) =>
    expect
      .poll(async () => {
        const at = await placeOf(page, label);
        return at && Math.abs(at.x - x) < 0.01 && Math.abs(at.y - y) < 0.01;
      }, soon)
      .toBe(true);
  const undo = async (page: Page, of: string) => {
    await page.locator('.foot').getByText(of).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
  };

  test('a lesion is chosen and marked by a click, dragged, put back with Undo, and opened', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Mark lesion B' }).click();
    const image = await page.getByRole('img', { name: /^Overview photograph/ }).boundingBox();
    if (!image) throw new Error('not shown');
    await page.mouse.click(image.x + image.width * 0.25, image.y + image.height * 0.75);
    await expectPlace(page, 'B', 0.25, 0.75);
    await mark(page, 'B').waitFor();
    const box = await mark(page, 'B').boundingBox();
    if (!box) throw new Error('not shown');
    const grip = [box.x + 16, box.y + 16] as const;
    await page.mouse.move(...grip);
    await page.mouse.down();
    await page.mouse.move(grip[0] + image.width * 0.1, grip[1] - image.height * 0.25, { steps: 4 });
    await page.mouse.up();
    await expectPlace(page, 'B', 0.35, 0.5);
    expect(page.url()).toContain('#/overviews/');
    await undo(page, 'The mark of lesion B is moved.');
    await expectPlace(page, 'B', 0.25, 0.75);
    await mark(page, 'B').click();
    await page.getByRole('heading', { name: 'Lesion B' }).waitFor();
    await page.getByRole('heading', { name: 'On overview photographs' }).waitFor();
    await expect.poll(() => page.locator('.overview-crop').count(), soon).toBe(2);
    await page.close();
  });

  test('all of it goes by keyboard: marking, moving, keeping, putting back, taking away', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Mark lesion B' }).focus();
    await page.keyboard.press('Enter');
    await page
      .getByRole('button', { name: /^Where is lesion B/ })
      .and(page.locator(':focus'))
      .waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await mark(page, 'B').and(page.locator(':focus')).waitFor();
    await expectPlace(page, 'B', 0.52, 0.5);
    const before = await placeOf(page, 'B');
    await page.keyboard.press('ArrowLeft');
    await page.locator('.figure__marker--held').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('.figure__marker--held').count()).toBe(0);
    expect(await placeOf(page, 'B')).toEqual(before);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.locator('.foot').getByText('The mark of lesion B is moved.').waitFor();
    const after = await placeOf(page, 'B');
    expect(after?.x).toBeLessThan(before?.x ?? 0);
    expect(after?.y).toBeLessThan(before?.y ?? 0);
    await page.keyboard.press('Delete');
    await mark(page, 'B').waitFor({ state: 'detached' });
    await expect.poll(() => placeOf(page, 'B'), soon).toBeNull();
    await undo(page, 'Lesion B is no longer marked here.');
    await expect.poll(() => placeOf(page, 'B'), soon).toEqual(after);
    await mark(page, 'B').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Lesion B' }).waitFor();
    await page.close();
  });

  test('a mark stays at its place while the picture is zoomed, and the keys of the focus show the newest image', async () => {
    const page = await open();
    const tip = () => page.locator('.overview-marker__tip').first().boundingBox();
    const image = () => page.getByRole('img', { name: /^Overview photograph/ }).boundingBox();
    const share = async () => {
      const [at, of] = [await tip(), await image()];
      if (!at || !of) throw new Error('not shown');
      return [(at.x + at.width / 2 - of.x) / of.width, (at.y + at.height / 2 - of.y) / of.height];
    };
    const [x = 0, y = 0] = await share();
    expect([x, y].map((each) => each.toFixed(2))).toEqual(['0.64', '0.36']);
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    const [closeX, closeY] = await share();
    expect(closeX).toBeCloseTo(x, 2);
    expect(closeY).toBeCloseTo(y, 2);
    await page.getByRole('group', { name: /^Image/ }).focus();
    await page.keyboard.press('Tab');
    await mark(page, 'A').and(page.locator(':focus')).waitFor();
    await page.locator('.peek img').waitFor();
    await page.close();
  });

  test('a new lesion is added and marked at once', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'A new lesion…' }).click();
    await page.getByLabel('Label').fill('Z');
    await page.getByRole('button', { name: 'Add lesion' }).click();
    await page.getByRole('button', { name: /^Where is lesion Z/ }).waitFor();
    await page.keyboard.press('Enter');
    await mark(page, 'Z').waitFor();
    await expectPlace(page, 'Z', 0.5, 0.5);
    await page.close();
  });

  test('a photograph is added with its region, and one that is no picture says so', async () => {
    const page = await openPage({ hash: '#/patients' });
    await addPhotographs(page, 'DSC_1.JPG');
    await page.getByRole('button', { name: 'Add photograph', exact: true }).click();
    await page.getByText('Choose the region.').waitFor();
    await page.getByLabel('What it shows').selectOption('left-leg');
    await page.getByRole('button', { name: 'Add photograph', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('heading', { name: 'Left leg', level: 1 }).waitFor();
    await page.getByLabel('Region', { exact: true }).selectOption('feet');
    expect(await page.getByLabel('Region', { exact: true }).inputValue()).toBe('feet');
    await page.getByRole('heading', { name: 'Feet', level: 1 }).waitFor();
    await page.close();
  });

  test('files dropped anywhere may be an overview photograph', async () => {
    const page = await openPage({ hash: '#/patients' });
    await page
      .getByRole('link', { name: /Quillfeather/ })
      .first()
      .click();
    await page.getByLabel('Import images').setInputFiles([picture('DSC_1.JPG')]);
    await page.getByRole('button', { name: /^An overview photograph/ }).click();
    await page.getByLabel('What it shows').selectOption('head');
    await page.getByRole('button', { name: 'Add photograph', exact: true }).click();
    await page.getByRole('link', { name: /^Head/ }).waitFor();
    await page.close();
  });

  test('a photograph is removed and restored, with its marks', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Remove photograph' }).click();
    await page.getByText('Removed and merged').click();
    await page.getByRole('button', { name: 'Restore' }).click();
    await page
      .getByRole('link', { name: /^Back.*2026.*1 marked/ })
      .first()
      .waitFor();
    await page.close();
  });

  test('a removed photograph is erased for good', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Remove photograph' }).click();
    await page.getByText('Removed and merged').click();
    await page.getByRole('button', { name: 'Erase…' }).click();
    await page.getByText('1 overview photograph, with what is marked in them').waitFor();
    await page.getByLabel('Their passphrase').fill('marble window kettle');
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByRole('heading', { name: 'Erased' }).waitFor();
    await page.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('Removed and merged').waitFor({ state: 'detached' });
    await page.close();
  });

  test('who only reads sees marks and is offered none to make, move or take away', async () => {
    const page = await open('reader');
    await mark(page, 'A').focus();
    await page.keyboard.press('Delete');
    expect(await page.locator('.overview-marker.figure__marker--fixed').count()).toBe(1);
    for (const name of [/^Mark lesion/, /new lesion/, /^Take the mark/, /^Remove photograph/])
      expect(await page.getByRole('button', { name }).count(), `${name}`).toBe(0);
    expect(await page.getByLabel('Region', { exact: true }).count()).toBe(0);
    await page.close();
  });

  test('of 200 photographs the small pictures near the window alone are fetched', async () => {
    const page = await openPage({ scenario: 'large', hash: '#/patients' });
    await page.evaluate(() => {
      const [patient] = window.fakeStation.clinic.patients;
      location.hash = `#/patients/${patient?.id}`;
    });
    await page.locator('.overview-thumbnail img').first().waitFor();
    expect(await page.locator('.overviews__item').count()).toBe(200);
    expect(await page.locator('.overview-thumbnail img').count()).toBeLessThan(25);
    await page.locator('.overviews__item').last().scrollIntoViewIfNeeded();
    await page.locator('.overviews__item').last().locator('img').waitFor();
    await page.close();
  });
});

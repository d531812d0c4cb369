import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { openLesion } from './lesion-pages.ts';

const suite = 'sharing with colleagues, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const choose = (page: Page, label: string, content: string) =>
    page.getByLabel(label).setInputFiles({
      ...{ name: `file.dermaspike-${content}`, mimeType: '' },
      buffer: Buffer.from(`${content} of a colleague`),
    });

  test('a lesion is shared once its pictures were looked at and the passphrase is strong enough', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openLesion(page);
    await page.getByRole('button', { name: 'Share…' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Names, numbers and birth dates stay here/).waitFor();
    await dialog.getByRole('button', { name: 'Save the file' }).press('Enter');
    await dialog.getByText('Look at the pictures, then tick this.').waitFor();
    await dialog.getByRole('checkbox', { name: /^I have looked/ }).check();
    await dialog.getByRole('button', { name: 'Save the file' }).press('Enter');
    await dialog.getByText('Choose a passphrase.').waitFor();
    await dialog.getByLabel('Passphrase', { exact: true }).fill('marble window kettle');
    await dialog.getByLabel('Repeat passphrase').fill('marble window kettle');
    const download = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    expect((await download).suggestedFilename()).toBe('case-3b241101.dermaspike-case');
    await dialog.getByText(/only your colleague can open it/).waitFor();
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('pictures with writing in them stand first, are marked, and are told of', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openLesion(page);
    const last = await page.evaluate(() => {
      const { images, lesions, withWriting } = window.fakeStation.clinic;
      const ofFirst = images.filter(({ stored }) => stored.lesionId === lesions[0]?.id);
      const id = ofFirst.at(-1)?.stored.id ?? '';
      withWriting.add(id);
      return ofFirst.length;
    });
    await page.getByRole('button', { name: 'Share…' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^Writing was found in one picture/).waitFor();
    expect(last).toBeGreaterThan(0);
    expect(await dialog.locator('.share__picture').first().textContent()).toContain('Writing');
    await expect.poll(() => dialog.getByText(/^Looking for writing/).count()).toBe(0);
    await page.close();
  });

  const sharePatient = async (page: Page) => {
    await page
      .getByRole('link', { name: /Quillfeather/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'More' }).first().press('Enter');
    await page.getByRole('menuitem', { name: 'Share…' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Which lesions' }).waitFor();
    return dialog;
  };

  test('of a patient all lesions are shared, or those that are chosen, and their pictures are looked at anew when one is added', async () => {
    const page = await browser.open({ hash: '#/patients' });
    const dialog = await sharePatient(page);
    const lesions = dialog.getByRole('region', { name: 'Which lesions' }).getByRole('checkbox');
    const pictures = dialog.locator('.share__pictures .thumbnail');
    const [all, every] = [await lesions.count(), await pictures.count()];
    expect(all).toBeGreaterThan(1);
    await dialog.getByText(new RegExp(`^${all} lesions of Quillfeather`)).waitFor();
    const isLookedAt = dialog.getByRole('checkbox', { name: /^I have looked/ });
    await lesions.first().press('Space');
    await isLookedAt.check();
    expect(await pictures.count()).toBeLessThan(every);
    await lesions.first().press('Space');
    expect(await isLookedAt.isChecked()).toBe(false);
    await isLookedAt.check();
    await lesions.first().press('Space');
    await lesions.first().press('Space');
    expect(await isLookedAt.isChecked()).toBe(true);
    // One that comes while the dialog is open was not looked at, either.
    await page.evaluate(() => {
      const { clinic } = window.fakeStation;
      const [image] = clinic.images;
      const stored = { ...image?.stored, id: crypto.randomUUID() } as never;
      clinic.images.push({ ...image, stored } as never);
      window.fakeStation.changed('images');
    });
    await dialog.getByText(new RegExp(`, ${every + 1} images,`)).waitFor();
    expect(await isLookedAt.isChecked()).toBe(false);
    await dialog.getByRole('button', { name: 'Choose none' }).press('Enter');
    await dialog.getByText('Choose at least one lesion.').waitFor();
    await isLookedAt.check();
    await dialog.getByLabel('Passphrase', { exact: true }).fill('marble window kettle');
    await dialog.getByLabel('Repeat passphrase').fill('marble window kettle');
    await page.keyboard.press('Enter');
    await lesions.nth(1).press('Space');
    await dialog.getByText(/^1 lesion of Quillfeather/).waitFor();
    await isLookedAt.check();
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save the file' }).press('Enter');
    expect((await download).suggestedFilename()).toBe('case-3b241101.dermaspike-case');
    await dialog.getByText(/only your colleague can open it/).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await page.goto(page.url().replace(/#.*/, '#/settings/sharing'));
    await page.getByRole('link', { name: 'lesion 1' }).waitFor();
    expect(await page.getByRole('link', { name: 'lesion 2' }).count()).toBe(0);
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('of a case with many lesions the first few are linked, and all of them when asked for', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.evaluate(() => {
      const { clinic } = window.fakeStation;
      const [own] = clinic.lesions;
      if (!own) throw new Error('There is no lesion.');
      const ofPatient = clinic.lesions.filter(({ patientId }) => patientId === own.patientId);
      for (let at = ofPatient.length; at < 12; at++)
        clinic.lesions.push({ ...own, id: crypto.randomUUID(), label: `M${at}` });
    });
    const dialog = await sharePatient(page);
    await dialog.getByRole('checkbox', { name: /^I have looked/ }).check();
    await dialog.getByLabel('Passphrase', { exact: true }).fill('marble window kettle');
    await dialog.getByLabel('Repeat passphrase').fill('marble window kettle');
    await page.keyboard.press('Enter');
    await dialog.getByText(/only your colleague can open it/).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await page.goto(page.url().replace(/#.*/, '#/settings/sharing'));
    const links = page.getByRole('link', { name: /^lesion \d/ });
    await links.first().waitFor();
    expect(await links.count()).toBe(8);
    await page.getByRole('button', { name: 'Show all 12 lesions' }).press('Enter');
    await page.getByRole('link', { name: 'lesion 12' }).waitFor();
    expect(await links.count()).toBe(12);
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('a lesion about which one is blindly asked stays out, and more than a file holds is said before', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.evaluate(() => {
      const { clinic } = window.fakeStation;
      const [own] = clinic.lesions;
      clinic.heldBack.add(own?.id ?? '');
      const more = Array.from({ length: 201 }, (_, at) => ({
        ...(own ?? fail()),
        ...{ id: crypto.randomUUID(), label: `M${at}` },
      }));
      clinic.lesions.push(...more);
      function fail(): never {
        throw new Error('There is no lesion.');
      }
    });
    const dialog = await sharePatient(page);
    const lesions = dialog.getByRole('region', { name: 'Which lesions' }).getByRole('checkbox');
    expect(await lesions.first().isDisabled()).toBe(true);
    expect(await lesions.first().isChecked()).toBe(false);
    await dialog.getByText(/asked for a blind second opinion about it/).waitFor();
    const limit = dialog.getByText('One file holds at most 200 lesions and 999 images.');
    await limit.waitFor();
    for (const at of [1, 2, 3, 4]) await lesions.nth(at).press('Space');
    await limit.waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.evaluate(() => {
      const { clinic } = window.fakeStation;
      clinic.lesions.length = 0;
      window.fakeStation.changed('lesions');
    });
    await page.getByRole('button', { name: 'More' }).first().press('Enter');
    await page.getByRole('menuitem', { name: 'Share…' }).press('Enter');
    await dialog.getByText('There is no lesion to share yet.').waitFor();
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('a clinic’s key is added once it was compared, and a case can be sealed for it', async () => {
    const page = await browser.open({ hash: '#/settings/sharing' });
    await choose(page, 'Add a key…', 'letter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This is no file of this kind.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).press('Enter');
    await choose(page, 'Add a key…', 'key');
    const add = dialog.getByRole('button', { name: 'Add the key' });
    await add.waitFor();
    expect(await add.isDisabled()).toBe(true);
    await dialog.getByRole('checkbox').check();
    await add.press('Enter');
    await page.getByText('added').first().waitFor();
    await page.goto(page.url().replace(/#.*/, '#/worklist'));
    await openLesion(page);
    await page.getByRole('button', { name: 'Share…' }).press('Enter');
    await dialog.getByText('Only that clinic, by its own key.').waitFor();
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('a colleague’s case is opened, a picture looked at large, answered by keyboard and saved', async () => {
    const page = await browser.open({ hash: '#/settings/sharing' });
    await choose(page, 'Open a shared case…', 'case');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Passphrase of the case').fill('marble window');
    await page.keyboard.press('Enter');
    await dialog.getByText('That passphrase does not open the file.').waitFor();
    await dialog.getByLabel('Passphrase of the case').fill('marble window kettle');
    await page.keyboard.press('Enter');
    await dialog.getByText('Would you excise the first one, or see it again?').waitFor();
    await dialog
      .getByRole('img', { name: /^Lesion 1/ })
      .first()
      .waitFor();
    await dialog
      .getByRole('button', { name: /^Picture of Lesion 1.*larger$/ })
      .first()
      .press('Enter');
    await dialog.getByRole('button', { name: /^Picture of Lesion 1.*smaller$/ }).waitFor();
    const save = dialog.getByRole('button', { name: 'Save the answer as a file' });
    await save.press('Enter');
    await dialog.getByText('Say what you think of at least one lesion.').waitFor();
    const first = dialog.getByRole('group', { name: 'Your opinion of Lesion 1' });
    await first.getByLabel('Impression').selectOption('mel');
    await save.press('Enter');
    await first.getByText('Choose what you would do.').waitFor();
    await first.getByRole('radio', { name: 'Excise' }).check();
    const download = page.waitForEvent('download');
    await save.press('Enter');
    expect((await download).suggestedFilename()).toBe('answer-3b241101.dermaspike-answer');
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('a colleague’s case is kept as a patient of one’s own, once it is said who it is', async () => {
    const page = await browser.open({ hash: '#/settings/sharing' });
    await choose(page, 'Open a shared case…', 'case');
    await page.getByLabel('Passphrase of the case').fill('marble window kettle');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Keep as a patient/ }).press('Enter');
    const enrolling = page.getByRole('dialog', { name: 'New patient' });
    // What the case says is there.
    expect(await enrolling.getByLabel('Sex').inputValue()).toBe('female');
    await enrolling.getByLabel('Family name').fill('Vandersmissen');
    await page.keyboard.press('Enter');
    await page.getByText(/Kept with 2 lesions and 2 images as/).waitFor();
    await page.getByText('In this clinic already, and left where they are: 1 image.').waitFor();
    await page
      .getByRole('dialog')
      .getByRole('link', { name: /Vandersmissen/ })
      .waitFor();
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('a case of which a part was kept goes on with the same patient, and one that is whole is not asked about', async () => {
    const page = await browser.open({ hash: '#/settings/sharing' });
    const openKept = async (keptBefore: 'whole' | 'part') => {
      await page.evaluate((kept) => {
        window.fakeStation.clinic.keptBefore = kept;
      }, keptBefore);
      await choose(page, 'Open a shared case…', 'case');
      await page.getByLabel('Passphrase of the case').fill('marble window kettle');
      await page.keyboard.press('Enter');
    };
    await openKept('part');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Keeping it as .+ was broken off/).waitFor();
    await dialog.getByRole('button', { name: 'Keep the rest' }).press('Enter');
    await dialog.getByText(/Kept with 2 lesions and 2 images as Quillfeather/).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await openKept('whole');
    await dialog.getByText(/Kept before, as Quillfeather/).waitFor();
    expect(await dialog.getByRole('button', { name: /^Keep/ }).count()).toBe(0);
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('a colleague’s case is kept in the record of somebody who is enrolled already', async () => {
    const page = await browser.open({ hash: '#/settings/sharing' });
    await choose(page, 'Open a shared case…', 'case');
    await page.getByLabel('Passphrase of the case').fill('marble window kettle');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Keep as a patient/ }).press('Enter');
    const enrolling = page.getByRole('dialog', { name: 'New patient' });
    await enrolling.getByLabel('Family name').fill('Quillfeather');
    await enrolling.getByLabel('Given name').fill('Ottoline');
    await enrolling.getByLabel('Date of birth').fill('1961-03-14');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Keep it in this record' }).first().press('Enter');
    await page.getByText(/Kept with 2 lesions and 2 images as Quillfeather/).waitFor();
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('an answer is shown with whom it is about, filed once, and stands with the lesion', async () => {
    const page = await browser.open({ hash: '#/settings/sharing' });
    await choose(page, 'File an answer…', 'answer');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('link', { name: /Lesion A of Quillfeather/ }).waitFor();
    await dialog.getByRole('button', { name: 'File it with the lesion' }).press('Enter');
    await page.getByText('The answer is filed with its lesions.').waitFor();
    await choose(page, 'File an answer…', 'answer');
    await dialog.getByText('This answer has been filed already.').waitFor();
    await dialog.getByRole('link', { name: /Lesion A of Quillfeather/ }).click();
    await page.getByRole('heading', { name: 'Colleagues’ opinions' }).waitFor();
    await page.getByText('Regular network. Again in three months.').waitFor();
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });
});

import type { Page } from 'playwright-core';
import type { PageOptions } from './browser.ts';

export interface ScreenUnderTest extends PageOptions {
  readonly name: string;
  /** Brings the page into the state to look at. */
  readonly arrange?: (page: Page) => Promise<unknown>;
}

const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole('button', { name }).first().click();

const openPatient = (page: Page) =>
  page
    .getByRole('link', { name: /Quillfeather/ })
    .first()
    .click();

const openFirstImage = async (page: Page) => {
  await page
    .getByRole('link', { name: /Quillfeather/ })
    .first()
    .click();
  await page.getByRole('img', { name: /Lesion A/ }).waitFor();
};

export const threeFiles = [
  { name: 'new.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(21) },
  { name: 'IMG_4203.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(11) },
  { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.alloc(31) },
];

/** Every screen, and the states in which it shows something else. */
export const screens: readonly ScreenUnderTest[] = [
  { name: 'the welcome', scenario: 'first' },
  { name: 'the form for a new clinic', scenario: 'first', arrange: press('Create your clinic') },
  { name: 'the unlock form', scenario: 'locked' },
  { name: 'the recovery form', scenario: 'locked', arrange: press('Use the recovery key') },
  { name: 'a clinic that cannot be opened', scenario: 'newer' },
  { name: 'the worklist', hash: '#/worklist' },
  { name: 'an empty worklist', scenario: 'empty', hash: '#/worklist' },
  { name: 'the patients of the demo clinic', scenario: 'demo', hash: '#/patients' },
  { name: 'the form for a new patient', hash: '#/patients', arrange: press('New patient') },
  { name: 'a patient', hash: '#/patients', arrange: openPatient },
  {
    name: 'the form for a new lesion',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await page.getByRole('button', { name: 'Add lesion' }).click();
    },
  },
  {
    name: 'the imports',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await page.getByLabel('Choose images').first().setInputFiles(threeFiles);
      await page
        .getByRole('button', { name: 'Imports: 1 imported, 1 already there, 1 failed' })
        .click();
    },
  },
  { name: 'a reading', hash: '#/worklist', arrange: openFirstImage },
  {
    name: 'a review that was begun earlier, shortly before the lock',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.locator('[data-row]').first().click();
      await page.getByRole('textbox', { name: 'Note' }).fill('Blue veil?');
      await page.keyboard.press('Tab');
      const address = page.url();
      await page.keyboard.press('j');
      await page.waitForURL((url) => url.href !== address);
      await page.getByRole('textbox', { name: 'Note' }).waitFor();
      await page.keyboard.press('k');
      await page.getByText('You began this earlier.').waitFor();
      await page.evaluate(() => window.fakeStation.warnOfLock(30_000));
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'a suspicious reading with its details',
    hash: '#/worklist',
    arrange: async (page) => {
      await openFirstImage(page);
      const headline = page.locator('.headline');
      for (let at = 0; at < 9 && !/Suspicious/.test((await headline.textContent()) ?? ''); at++) {
        await page.keyboard.press('j');
        await page.getByText(`${at + 2} of 10`).waitFor();
      }
      await page.getByText('Suspicious: examine').waitFor();
      await page.getByText('Details', { exact: true }).click();
    },
  },
  { name: 'the accelerators', scenario: 'devices', hash: '#/settings/devices' },
  { name: 'the emulator alone', hash: '#/settings/devices' },
  { name: 'the settings', hash: '#/settings/you' },
  { name: 'the settings of the clinic', hash: '#/settings/clinic' },
  { name: 'the model card', hash: '#/settings/reading' },
  { name: 'the audit log', hash: '#/settings/log' },
  { name: 'the keyboard', hash: '#/settings/keys' },
  {
    name: 'the patient search',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
    },
  },
  { name: 'the shortcuts', hash: '#/worklist', arrange: (page) => page.keyboard.press('?') },
  {
    name: 'a lost connection',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.evaluate(() => window.fakeStation.leave());
      await page.getByText('Reconnecting').waitFor();
    },
  },
];

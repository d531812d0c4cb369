import type { Page } from 'playwright-core';
import type { ScreenUnderTest } from './screens.ts';

const openPatient = async (page: Page) => {
  await page
    .getByRole('link', { name: /Quillfeather/ })
    .first()
    .click();
  await page.getByRole('region', { name: 'Overview photographs' }).waitFor();
};

/** From the patients: the newest photograph of the first one's back, with one of four lesions marked. */
export const openOverview = async (page: Page) => {
  await openPatient(page);
  await page
    .getByRole('link', { name: /^Back.*2026/ })
    .first()
    .click();
  await page.getByRole('img', { name: 'Overview photograph: Back' }).waitFor();
};

export const picture = (name: string) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: Buffer.from(name),
});

export const addPhotographs = async (page: Page, ...names: string[]) => {
  await openPatient(page);
  await page.getByLabel('Add photographs').setInputFiles(names.map(picture));
  await page.getByRole('dialog').waitFor();
};

/** Overview photographs: looked at, marked in, added. */
export const overviewScreens: readonly ScreenUnderTest[] = [
  { name: 'an overview photograph', hash: '#/patients', arrange: openOverview },
  {
    name: 'an overview photograph being marked in',
    hash: '#/patients',
    arrange: async (page) => {
      await openOverview(page);
      await page.getByRole('button', { name: 'Mark lesion B' }).click();
      await page.getByRole('button', { name: /^Where is lesion B/ }).waitFor();
    },
  },
  {
    name: 'a removed overview photograph',
    hash: '#/patients',
    arrange: async (page) => {
      await openOverview(page);
      const at = page.url();
      await page.getByRole('button', { name: 'Remove photograph' }).click();
      await page.getByText('Removed and merged').click();
      await page.getByText('Overview photograph: Back').waitFor();
      await page.goto(at);
      await page.getByText('This photograph is removed').waitFor();
    },
  },
  {
    name: 'the adding of overview photographs',
    hash: '#/patients',
    arrange: (page) => addPhotographs(page, 'DSC_1.JPG', 'DSC_2.JPG'),
  },
  {
    name: 'overview photographs of which some were not added',
    hash: '#/patients',
    arrange: async (page) => {
      await addPhotographs(page, 'DSC_9.JPG', 'notes.txt', 'DSC_2001.JPG');
      await page.getByLabel('What they show').selectOption('chest');
      await page.getByRole('button', { name: 'Add 3 photographs' }).click();
      await page.getByText('Already there').waitFor();
    },
  },
];

import type { Page } from 'playwright-core';
import { openLesion } from './lesion-pages.ts';
import type { ScreenUnderTest } from './screens.ts';

const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole('button', { name }).first().click();

const openPatient = (page: Page) =>
  page
    .getByRole('link', { name: /Quillfeather/ })
    .first()
    .click();

const chooseFile = async (page: Page, label: string, content: string) => {
  const buffer = Buffer.from(`${content} of a colleague`);
  const file = { name: `file.dermaspike-${content}`, mimeType: '', buffer };
  await page.getByLabel(label).setInputFiles(file);
};

/** Consent, retention, doubles, and what leaves the clinic. */
export const rightsScreens: readonly ScreenUnderTest[] = [
  {
    name: 'erased records that came back',
    hash: '#/settings/log',
    arrange: async (page) => {
      await page.evaluate(() => {
        const { clinic } = window.fakeStation;
        clinic.cameBack.push(...clinic.patients.slice(0, 2).map(({ id }) => id));
        window.fakeStation.changed('erasures');
      });
      await page
        .getByRole('button', { name: /^Erase again/ })
        .first()
        .scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'a list of what was erased that cannot be believed',
    hash: '#/settings/log',
    arrange: async (page) => {
      await page.evaluate(() => {
        window.fakeStation.clinic.erasedList.unproven = 1;
        window.fakeStation.changed('erasures');
      });
      await page.getByRole('button', { name: 'Write it anew' }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'what is shared', hash: '#/settings/sharing' },
  {
    name: 'another clinic’s key',
    hash: '#/settings/sharing',
    arrange: (page) => chooseFile(page, 'Add a key…', 'key'),
  },
  {
    name: 'a lesion to be shared',
    hash: '#/worklist',
    arrange: async (page) => {
      await openLesion(page);
      await press('Share…')(page);
      await press('Save the file')(page);
      await page.getByText('Look at the pictures, then tick this.').waitFor();
    },
  },
  {
    name: 'a patient to be shared',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await page.evaluate(() => {
        const { clinic } = window.fakeStation;
        clinic.heldBack.add(clinic.lesions[1]?.id ?? '');
      });
      await press('More')(page);
      await page.getByRole('menuitem', { name: 'Share…' }).click();
      await page.getByRole('heading', { name: 'Which lesions' }).waitFor();
    },
  },
  {
    name: 'a patient of whom nothing is chosen to be shared',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await press('More')(page);
      await page.getByRole('menuitem', { name: 'Share…' }).click();
      await press('Choose none')(page);
      await page.getByText('Choose at least one lesion.').waitFor();
    },
  },
  {
    name: 'the passphrase of a colleague’s case',
    hash: '#/settings/sharing',
    arrange: async (page) => {
      await chooseFile(page, 'Open a shared case…', 'case');
      await page.getByLabel('Passphrase of the case').fill('wrong');
      await page.keyboard.press('Enter');
      await page.getByText('does not open the file').waitFor();
    },
  },
  {
    name: 'a colleague’s case',
    hash: '#/settings/sharing',
    arrange: async (page) => {
      await chooseFile(page, 'Open a shared case…', 'case');
      await page.getByLabel('Passphrase of the case').fill('marble window kettle');
      await page.keyboard.press('Enter');
      await page
        .getByRole('img', { name: /^Lesion 1/ })
        .first()
        .waitFor();
    },
  },
  {
    name: 'a colleague’s case whose keeping was broken off',
    hash: '#/settings/sharing',
    arrange: async (page) => {
      await page.evaluate(() => {
        window.fakeStation.clinic.keptBefore = 'part';
      });
      await chooseFile(page, 'Open a shared case…', 'case');
      await page.getByLabel('Passphrase of the case').fill('marble window kettle');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Keep the rest' }).waitFor();
    },
  },
  {
    name: 'a colleague’s answer',
    hash: '#/settings/sharing',
    arrange: async (page) => {
      await chooseFile(page, 'File an answer…', 'answer');
      await page.getByText('Regular network').waitFor();
    },
  },
  { name: 'what was changed lately', hash: '#/patients', arrange: press('Recently changed') },
  { name: 'possible doubles', hash: '#/patients', arrange: press('Possible doubles') },
  {
    name: 'whose time is over',
    hash: '#/settings/clinic',
    arrange: async (page) => {
      await page.getByLabel('Years after the last visit').fill('10.5');
      await press('Set the rule')(page);
      await page.getByText('Enter whole years').waitFor();
      await page
        .getByRole('button', { name: /^Erase / })
        .last()
        .scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'a patient’s consent',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await press('Record or look up…')(page);
      await page.getByText('Everything that was said').click();
      await page.getByRole('button', { name: 'Record', exact: true }).click();
    },
  },
  {
    name: 'two merged records to be taken apart',
    hash: '#/patients',
    arrange: async (page) => {
      await press('Possible doubles')(page);
      await page.getByRole('radio', { name: /^Keep Quillfeather/ }).check();
      await press(/^Merge into/)(page);
      await press('Take apart…')(page);
      await page.getByText('1 lesion added since').waitFor();
    },
  },
  {
    name: 'a patient to be saved as a folder',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await press('More')(page);
      await page.getByRole('menuitem', { name: 'Save as a folder…' }).click();
      await press('Save')(page);
      await page.getByText('Give the path of a folder.').waitFor();
    },
  },
];

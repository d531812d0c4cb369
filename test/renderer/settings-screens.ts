import type { Page } from 'playwright-core';
import type { ScreenUnderTest } from './screens.ts';
import { giveTemplates, manyTemplates } from './template-pages.ts';

const press = (name: string) => (page: Page) => page.getByRole('button', { name }).first().click();

/** Of the settings, those of the person, the clinic and its log. */
export const settingsScreens: readonly ScreenUnderTest[] = [
  { name: 'the settings', hash: '#/settings/you' },
  { name: 'the settings of the clinic', hash: '#/settings/clinic' },
  { name: 'the templates before there is one', hash: '#/settings/templates' },
  {
    name: 'the templates',
    hash: '#/settings/templates',
    arrange: async (page) => {
      await giveTemplates(page);
      await page.getByText('Clear margins').waitFor();
    },
  },
  {
    name: 'a template that is edited, with a place that nothing fills',
    hash: '#/settings/templates',
    arrange: async (page) => {
      await giveTemplates(page);
      await press('Edit “Everything”')(page);
      await page.getByText('nothing is filled in for it').waitFor();
    },
  },
  {
    name: 'the templates beside a note, of many',
    hash: '#/worklist',
    arrange: async (page) => {
      await giveTemplates(page, manyTemplates);
      await page.getByRole('link', { name: /Quillfeather.*upper back/ }).click();
      await press('Insert… (Note)')(page);
      await page.getByLabel('Name of the template').waitFor();
    },
  },
  {
    name: 'the question for a new recovery key',
    hash: '#/settings/clinic',
    arrange: press('Renew the recovery key'),
  },
  {
    name: 'the question for a new data key',
    hash: '#/settings/clinic',
    arrange: press('Change the data key…'),
  },
  {
    name: 'a change of the data key that stands still, after one that shut somebody out',
    hash: '#/settings/clinic',
    arrange: (page) =>
      page.evaluate(() => {
        const { clinic } = window.fakeStation;
        const at = new Date().toISOString();
        const failure = 'The disk that holds the clinic is full, so nothing was saved.';
        clinic.dataKey = {
          changedAt: at,
          change: { begunAt: at, share: 0.4, failure },
          shutOut: clinic.users.slice(1, 3).map(({ id }) => id),
        };
        window.fakeStation.changed('users');
      }),
  },
  { name: 'the audit log', hash: '#/settings/log' },
  {
    name: 'a check of the records that found damage',
    hash: '#/settings/log',
    arrange: async (page) => {
      await page.evaluate(() => {
        window.fakeStation.health.damaged = true;
      });
      await page.getByRole('button', { name: 'Check now' }).click();
      await page.getByText('page 1402 is damaged').waitFor();
    },
  },
];

import type { Page } from 'playwright-core';
import type { ScreenUnderTest } from './screens.ts';

const press = (name: string) => (page: Page) => page.getByRole('button', { name }).first().click();

/** Of the settings, those of the person, the clinic and its log. */
export const settingsScreens: readonly ScreenUnderTest[] = [
  { name: 'the settings', hash: '#/settings/you' },
  { name: 'the settings of the clinic', hash: '#/settings/clinic' },
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

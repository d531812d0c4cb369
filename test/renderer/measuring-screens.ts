import type { Page } from 'playwright-core';
import { measureImages, openLesion, openMeasure } from './lesion-pages.ts';
import type { ScreenUnderTest } from './screens.ts';

const press = (name: string) => (page: Page) => page.getByRole('button', { name }).first().click();

/** A picture that is measured, its camera's profile, and a lesion's curves. */
export const measuringScreens: readonly ScreenUnderTest[] = [
  {
    name: 'a lesion that is measured, before the ruler is confirmed',
    hash: '#/worklist',
    arrange: async (page) => {
      await openMeasure(page);
      await press('Outline the lesion')(page);
      await page.getByText(/^Proposed by/).waitFor();
      await press('Find the ruler')(page);
      await page.getByText('Is that so?').waitFor();
    },
  },
  {
    name: 'an outline that is corrected, in millimetres',
    hash: '#/worklist',
    arrange: async (page) => {
      await openMeasure(page);
      await press('Draw by hand')(page);
      await press('Find the ruler')(page);
      await press('Calibrate')(page);
      await page.getByText(/^For all pictures of/).click();
      await page.getByRole('radio', { name: 'Brush: add' }).check();
    },
  },
  {
    name: 'a camera’s profile',
    hash: '#/worklist',
    arrange: async (page) => {
      await openMeasure(page);
      await press('Find the ruler')(page);
      await press('Calibrate')(page);
      await page.getByText(/^For all pictures of/).click();
      await press('Keep as its profile')(page);
      await page.evaluate(() => {
        location.hash = '#/settings/devices';
      });
      await page.getByRole('button', { name: 'Withdraw' }).waitFor();
    },
  },
  {
    name: 'a lesion’s curves',
    hash: '#/worklist',
    arrange: async (page) => {
      await openLesion(page);
      await measureImages(page, '2025-11-05');
      await page.getByRole('figure', { name: 'Long axis', exact: true }).waitFor();
    },
  },
];

import type { Page } from 'playwright-core';
import { openAsked, openDiffering } from './opinion-pages.ts';
import type { ScreenUnderTest } from './screens.ts';

const press = (name: string) => (page: Page) => page.getByRole('button', { name }).first().click();

/** Second opinions: asked for, to be given, and to be settled. */
export const opinionScreens: readonly ScreenUnderTest[] = [
  { name: 'the second opinions', hash: '#/worklist', arrange: openAsked },
  { name: 'no second opinion', hash: '#/opinions' },
  {
    name: 'a second opinion to give',
    hash: '#/worklist',
    arrange: async (page) => {
      await openAsked(page);
      await page.getByRole('link', { name: /Would you wait/ }).click();
      await page.getByRole('button', { name: 'Decline' }).waitFor();
    },
  },
  {
    name: 'a consensus to record',
    hash: '#/worklist',
    arrange: async (page) => {
      await openDiffering(page);
      await press('Record a consensus')(page);
      await press('Save consensus')(page);
    },
  },
  {
    name: 'the asking for a second opinion',
    hash: '#/worklist',
    arrange: async (page) => {
      await openDiffering(page);
      await press('Second opinion…')(page);
      await page.getByRole('dialog').waitFor();
    },
  },
];

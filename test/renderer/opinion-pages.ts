import type { Page } from 'playwright-core';

/** Asks the person at the screen about an image that was reviewed, blindly, and opens the list. */
export const openAsked = async (page: Page) => {
  await page.evaluate(() => {
    const station = window.fakeStation;
    const { clinic } = station;
    const [me] = clinic.users;
    const reviewed = clinic.images.find(({ reviews }) => reviews.length > 0);
    if (!me || !reviewed) throw new Error('nothing to ask about');
    station.ask(reviewed.stored.id, me.id, 'Would you wait three months?');
    station.changed('opinions');
    location.hash = '#/opinions';
  });
  await page.getByRole('heading', { name: 'Awaits your opinion' }).waitFor();
};

/** The same, answered with another opinion than the first reader’s. */
export const openDiffering = async (page: Page) => {
  await openAsked(page);
  await page.getByRole('link', { name: /Would you wait/ }).click();
  await page.getByRole('radio', { name: 'Basal cell carcinoma' }).check();
  await page.getByRole('radio', { name: 'No action' }).check();
  await page.getByRole('button', { name: 'Save opinion' }).click();
  await page.getByRole('button', { name: 'Record a consensus' }).waitFor();
};

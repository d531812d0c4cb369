import type { Page } from 'playwright-core';

/** Unlocks a clinic that is older than it was, which is refused. */
export const unlockOlder = async (page: Page) => {
  await page.getByLabel('Passphrase', { exact: true }).fill('of an older copy');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByText('9 changes more').waitFor();
};

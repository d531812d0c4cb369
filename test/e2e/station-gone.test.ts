import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import { createClinic, passphrase } from './steps.ts';

const suite = 'a station that goes while a patient is edited, in a real browser';
const skipped = lacks('chromium', suite) || process.platform !== 'linux';

/** Runs in the page: notes on its root element when nothing of the patient is left. */
const noteWhenBlank = `{
  const root = document.documentElement;
  new MutationObserver(() => {
    if (!root.outerHTML.includes('Quillfeather')) root.dataset.blankAt ??= String(Date.now());
  }).observe(root, { childList: true, subtree: true });
}`;

describe.skipIf(skipped)(suite, () => {
  let workstation: Workstation;
  beforeAll(async () => {
    workstation = await openWorkstation();
  });
  afterAll(() => workstation?.close());

  test('what is typed survives a reload of the page', async () => {
    const { page } = workstation;
    await createClinic(page);
    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByRole('button', { name: 'New patient' }).first().click();
    await page.getByLabel('Family name').fill('Quillfeather');
    await page.reload();
    await page.getByRole('button', { name: 'New patient' }).first().click();
    await page.getByText('You began this earlier.').waitFor();
    expect(await page.getByLabel('Family name').inputValue()).toBe('Quillfeather');
    await page.getByRole('button', { name: 'Enrol patient' }).click();
    await page.getByRole('heading', { name: 'Quillfeather' }).waitFor();
  });

  test('its screen is blank within a second and says why; what was typed is there after the unlock', async () => {
    const { page } = workstation;
    await page.getByRole('button', { name: 'Edit' }).first().click();
    await page.getByLabel('Note').fill('Asks for a copy.');
    await page.evaluate(noteWhenBlank);
    const killedAt = Date.now();
    workstation.killStation();
    await page.getByText('Patients’ data is hidden until it is back.').waitFor();
    const blankAt = await page.evaluate('Number(document.documentElement.dataset.blankAt)');
    expect(Number(blankAt) - killedAt).toBeLessThan(1000);

    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('button', { name: 'Edit' }).first().click();
    expect(await page.getByLabel('Note').inputValue()).toBe('Asks for a copy.');
  });
});

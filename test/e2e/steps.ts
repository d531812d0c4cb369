import type { Page } from 'playwright-core';

/** What every story begins with, as a person does it. */
export const passphrase = 'correct horse battery';

export async function createClinic(page: Page): Promise<void> {
  await fillClinicForm(page);
  await page
    .getByRole('checkbox', { name: 'I have printed or written it down' })
    .check({ force: true });
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Up to the button that makes it. */
export async function fillClinicForm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create your clinic' }).click();
  await page.getByLabel('Clinic name').fill('Riverside Dermatology');
  await page.getByLabel('Your name').fill('Dr Winter');
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByLabel('Repeat passphrase').fill(passphrase);
  await page.getByRole('button', { name: 'Create clinic' }).click();
}

/** Ends on the page of the new patient. */
export async function enrolPatient(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Patients' }).click();
  await page.getByRole('button', { name: 'New patient' }).first().click();
  await page.getByLabel('Family name').fill('Quillfeather');
  await page.getByLabel('Given name').fill('Ottoline');
  await page.getByRole('button', { name: 'Enrol patient' }).click();
  await page.getByRole('heading', { name: /Quillfeather/ }).waitFor();
}

/** Adds a lesion to the patient whose page is shown. */
export async function addLesion(page: Page, label: string): Promise<void> {
  await page.getByRole('button', { name: 'Add lesion' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Label').fill(label);
  await dialog.getByRole('button', { name: 'Add lesion' }).click();
  await dialog.waitFor({ state: 'detached' });
}

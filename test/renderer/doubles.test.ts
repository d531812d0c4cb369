import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'doubles made one, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('a pair is looked at side by side, merged by keyboard, and taken apart again with what stays told', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByRole('button', { name: 'Possible doubles' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 of 2').waitFor();
    await dialog.getByRole('button', { name: 'The next pair' }).press('Enter');
    await dialog.getByText('2 of 2').waitFor();
    await dialog.getByRole('button', { name: 'They are two people' }).press('Enter');
    await dialog.getByText('1 of 1').waitFor();
    await dialog.getByRole('radio', { name: /^Keep Quillfeather/ }).check();
    await dialog.getByRole('button', { name: /^Merge into/ }).press('Enter');
    await page.getByText(/is now part of Quillfeather, Ottoline’s record/).waitFor();
    const merged = page.getByRole('list', { name: 'Merged into this record' });
    await merged.getByText(/Holds the record of/).waitFor();

    await merged.getByRole('button', { name: 'Take apart…' }).press('Enter');
    await dialog.getByText('1 lesion added since').waitFor();
    await dialog.getByText(/2 images that came into lesion A since/).waitFor();
    await dialog.getByRole('button', { name: 'Take apart' }).press('Enter');
    await page.getByText(/are apart again/).waitFor();
    expect(await page.getByRole('list', { name: 'Merged into this record' }).count()).toBe(0);
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('from a patient’s page the other record is looked for; a record that is another’s now is only looked at', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByRole('link', { name: /Nakamura/ }).click();
    const address = page.url();
    await page.getByRole('button', { name: 'More' }).first().press('Enter');
    await page.getByRole('menuitem', { name: 'Merge with another record…' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').fill('quill');
    await dialog
      .getByRole('option', { name: /Quillfeather/ })
      .first()
      .click();
    await dialog.getByRole('radio', { name: /^Keep Quillfeather/ }).check();
    await dialog.getByRole('button', { name: /^Merge into/ }).press('Enter');
    await page.getByText('Holds the record of Nakamura').waitFor();
    await page.goto(address);
    await page.getByText(/This record was merged into/).waitFor();
    expect(await page.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Restore' }).count()).toBe(0);
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });
});

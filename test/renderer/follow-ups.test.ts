import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localDay, monthsAfter } from '../../src/clinic/entities/days.ts';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the follow-ups in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const dues = '.follow-ups__due';

  test('the overdue come first, are counted in the top bar and told on the worklist', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.getByText('1 follow-up is overdue.').waitFor();
    await page.keyboard.press('u');
    await page.getByText('1 overdue of 4 follow-ups').waitFor();
    expect(await page.locator(dues).allTextContents()).toEqual([
      '12 days overdue',
      'In 5 days',
      'In 7 months',
      'No date given',
    ]);
    expect(await page.getByRole('link', { name: /^Follow-up/ }).textContent()).toContain(
      '1 overdue',
    );
    await page.close();
  });

  test('the list is filtered and gone through by keyboard', async () => {
    const page = await browser.open({ hash: '#/follow-ups' });
    await page.getByRole('checkbox', { name: /^Due within/ }).check();
    await page.getByRole('checkbox', { name: 'Biopsy pending' }).check();
    await expect.poll(() => page.locator(dues).allTextContents()).toEqual(['In 5 days']);
    await page.getByRole('checkbox', { name: 'Biopsy pending' }).uncheck();
    await page.getByRole('checkbox', { name: /^Due within/ }).uncheck();
    await expect.poll(() => page.locator(dues).count()).toBe(4);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const focused = page.locator('[data-row]:focus');
    expect(await focused.textContent()).toContain('In 5 days');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/(images|lesions|patients)\//);
    await page.close();
  });

  test('a patient is reminded, the day moved, and what is ended by hand can be taken up again', async () => {
    const page = await browser.open({ hash: '#/follow-ups' });
    const command = async (name: string) => {
      await page.getByRole('button', { name: 'More' }).first().click();
      await page.getByRole('menuitem', { name }).click();
    };
    await command('Reminded');
    await page.getByText('Reminded just now').waitFor();
    await command('Another day…');
    await page.getByRole('dialog').getByLabel('12 months').check();
    await page.getByRole('button', { name: 'Move to this day' }).click();
    await page.getByText('0 overdue of 4').waitFor();
    await command('End…');
    await page.getByRole('button', { name: 'End follow-up' }).click();
    await page.getByText('Say why, for whoever asks later.').waitFor();
    await page.getByLabel('Why').fill('Seen at another clinic');
    await page.getByRole('button', { name: 'End follow-up' }).click();
    await page.getByText('0 overdue of 3').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('0 overdue of 4').waitFor();
    const days = await page.evaluate(() =>
      window.fakeStation.clinic.followUps.map(({ dueOn }) => dueOn),
    );
    expect(days).toContain(monthsAfter(localDay(new Date()), 12));
    await page.close();
  });

  test('a finding is entered of a lesion without an image, and its errors stand beside the fields', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page
      .getByRole('link', { name: /Quillfeather/ })
      .first()
      .click();
    const card = page.getByRole('region', { name: 'Lesion D', exact: true });
    await card.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Histology…' }).click();
    await page.getByRole('button', { name: 'Save finding' }).click();
    await page.getByText('Enter a day that is not in the future.').waitFor();
    await page.getByText('Choose the diagnosis.').waitFor();
    await page.getByLabel('Specimen taken on').fill('2026-02-03');
    await page.getByLabel('Diagnosis').selectOption('melanoma');
    await page.getByLabel('Breslow thickness, mm').fill('zero');
    await page.getByRole('button', { name: 'Save finding' }).click();
    await page.getByText('Enter millimetres, for example 0.6.').waitFor();
    await page.getByLabel('Breslow thickness, mm').fill('0,6');
    await page.getByRole('checkbox', { name: /Nothing of the lesion is left/ }).check();
    await page.getByRole('button', { name: 'Save finding' }).click();
    await card.getByText('Melanoma, invasive, Breslow 0.6 mm').waitFor();
    await card.getByText(/^Excised, /).waitFor();
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

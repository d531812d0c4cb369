import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { measureImages } from './lesion-pages.ts';
import { giveTemplates, manyTemplates } from './template-pages.ts';

const suite = 'a clinic’s own wordings, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const openImage = async (page: Page) => {
    await page.getByRole('link', { name: /Quillfeather.*upper back/ }).click();
    await page.getByRole('button', { name: 'Save review' }).waitFor();
  };
  const names = (page: Page) => page.locator('.templates strong').allInnerTexts();

  test('one is added, refused a name that is taken, edited, moved, removed and brought back', async () => {
    const page = await browser.open({ hash: '#/settings/templates' });
    await page.getByText('There are no templates yet.').waitFor();
    await page.getByText(/Lesion \{lesion\}, \{site\}: unchanged/).waitFor();
    const dialog = page.getByRole('dialog');
    const fill = async (name: string, text: string) => {
      await page.getByRole('button', { name: 'Add template' }).first().press('Enter');
      await dialog.getByLabel('Name', { exact: true }).fill(name);
      await dialog.getByLabel('Text', { exact: true }).fill(text);
    };
    await fill(' ', '');
    await page.keyboard.press('Control+Home');
    await dialog.getByRole('button', { name: 'Add template' }).press('Enter');
    await dialog.getByText('Enter a name.').waitFor();
    await dialog.getByText('Enter the text.').waitFor();
    await dialog.getByText('Choose at least one place.').waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill('Unchanged');
    await dialog.getByLabel('Text', { exact: true }).fill('As before, {size}.');
    await dialog.getByText('nothing is filled in for it: {size}.').waitFor();
    await dialog.getByLabel('Note of a review').press('Space');
    await dialog.getByRole('button', { name: 'Add template' }).press('Enter');
    await page.getByText('Template “Unchanged” saved.').waitFor();

    await fill('unchanged', 'Another one.');
    await dialog.getByLabel('Note of a review').check();
    await page.keyboard.press('Enter');
    await dialog.getByText(/is offered in the same place/).waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill('Naevus');
    await page.keyboard.press('Enter');
    await expect.poll(() => names(page)).toEqual(['Unchanged', 'Naevus']);

    await page.getByRole('button', { name: 'Move “Naevus” up' }).press('Enter');
    await expect.poll(() => names(page)).toEqual(['Naevus', 'Unchanged']);
    const up = page.getByRole('button', { name: 'Move “Naevus” up' });
    expect(await up.getAttribute('aria-disabled')).toBe('true');
    expect(await up.evaluate((button) => button === document.activeElement)).toBe(true);

    await page.getByRole('button', { name: 'Edit “Naevus”' }).press('Enter');
    await dialog.getByLabel('Text', { exact: true }).fill('A naevus.');
    await dialog.getByRole('button', { name: 'Save' }).press('Enter');
    await page.locator('.templates__text', { hasText: 'A naevus.' }).waitFor();

    await page.getByRole('button', { name: 'Remove “Naevus”' }).press('Enter');
    await expect.poll(() => names(page)).toEqual(['Unchanged']);
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await expect.poll(() => names(page)).toEqual(['Naevus', 'Unchanged']);
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('an assistant looks at them and changes none', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await giveTemplates(page);
    await page.evaluate(() => {
      const [me] = window.fakeStation.clinic.users;
      if (me) me.role = 'assistant';
      window.fakeStation.changed('session');
      location.hash = '#/settings/templates';
    });
    await page.getByText('An administrator or a clinician can').waitFor();
    expect(await names(page)).toEqual(['Everything', 'Unchanged', 'Clear margins']);
    expect(await page.getByRole('button', { name: /^(Edit|Move|Remove|Add)/ }).count()).toBe(0);
    await page.close();
  });

  test('no button stands beside a note where the clinic has none for it', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openImage(page);
    const insert = page.getByRole('button', { name: 'Insert…' });
    expect(await insert.count()).toBe(0);
    await giveTemplates(page, [{ name: 'Clear', text: 'Clear.', places: ['histology'] }]);
    await page.evaluate(() => window.fakeStation.changed('templates'));
    await giveTemplates(page, [{ name: 'Same', text: 'As before.', places: ['review'] }]);
    await insert.waitFor();
    await insert.press('Enter');
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Same']);
    await page.close();
  });

  test('it is inserted at the cursor with its places filled, and Ctrl+Z takes it back', async () => {
    const page = await browser.open({ hash: '#/worklist', locale: 'en-GB' });
    await giveTemplates(page);
    await openImage(page);
    const note = page.getByRole('textbox', { name: 'Note' });
    await note.fill('Before. After.');
    for (let step = 0; step < ' After.'.length; step++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menuitem', { name: 'Unchanged' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const unchanged =
      'Unchanged since the last visit.\nSee again in 12 months, earlier if it changes.';
    expect(await note.inputValue()).toBe(`Before.${unchanged} After.`);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    await page.keyboard.press('Control+z');
    expect(await note.inputValue()).toBe('Before. After.');

    await note.fill('');
    await page.getByRole('button', { name: 'Insert… (Note)' }).click();
    await page.getByRole('menuitem', { name: 'Everything' }).click();
    const text = await note.inputValue();
    expect(text).toMatch(
      /^Quillfeather, Ottoline \(\d+\), lesion A, Right upper back: , Unclear\. \d{1,2} \w{3,4} \d{4} \{room\}$/,
    );
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });

  test('a reading that is held back is not told by a template', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.evaluate(() => {
      window.fakeStation.clinic.settings.impressionFirst = true;
      window.fakeStation.changed('settings');
    });
    await giveTemplates(page, [{ name: 'Verdict', text: '{verdict}', places: ['review'] }]);
    await openImage(page);
    const note = page.getByRole('textbox', { name: 'Note' });
    const insert = async () => {
      await page.getByRole('button', { name: 'Insert… (Note)' }).press('Enter');
      await page.getByRole('menuitem', { name: 'Verdict' }).press('Enter');
    };
    await insert();
    expect(await note.inputValue()).toBe('{verdict}');
    await note.fill('');
    await page.getByRole('radio', { name: 'Basal cell carcinoma' }).check();
    await insert();
    expect(await note.inputValue()).toMatch(/^(Suspicious|Unclear|No sign of malignancy)$/);
    await page.close();
  });

  test('of many one types a part of the name; what does not fit is not inserted', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await giveTemplates(page, manyTemplates);
    await openImage(page);
    const insert = page.getByRole('button', { name: 'Insert… (Note)' });
    await insert.press('Enter');
    const filter = page.getByRole('textbox', { name: 'Name of the template' });
    expect(await page.getByRole('menuitem').count()).toBe(manyTemplates.length);
    await filter.pressSequentially('nothing');
    await page.getByText('None is called so.').waitFor();
    await filter.fill('ING 1');
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Wording 1', 'Wording 10']);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const note = page.getByRole('textbox', { name: 'Note' });
    expect(await note.inputValue()).toBe('The text of wording 10.');

    const long = 'x'.repeat(3990);
    await note.fill(long);
    await insert.press('Enter');
    await filter.fill('wording 3');
    await page.keyboard.press('Enter');
    await page.getByText('“Wording 3” is too long').waitFor();
    expect(await note.inputValue()).toBe(long);

    await insert.press('Enter');
    await page.keyboard.press('Escape');
    expect(await filter.count()).toBe(0);
    await page.close();
  });

  test('a question and a finding have their own, the latter with the calibrated size', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await measureImages(page);
    await giveTemplates(page);
    await openImage(page);
    await page.getByLabel('Ask for a second opinion').check();
    await page.getByRole('button', { name: 'Insert… (Question)' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Everything' }).press('Enter');
    expect(await page.getByRole('textbox', { name: 'Question' }).inputValue()).toContain(
      'Quillfeather',
    );
    await page.getByRole('link', { name: 'Patients' }).click();
    await page
      .getByRole('link', { name: /Quillfeather/ })
      .first()
      .click();
    const lesion = page.getByRole('region', { name: 'Lesion A', exact: true });
    await lesion.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: /[Hh]istolog/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Insert… (Report)' }).press('Enter');
    await dialog.getByRole('menuitem', { name: 'Clear margins' }).press('Enter');
    const report = dialog.getByRole('textbox', { name: 'Report' });
    expect(await report.inputValue()).toBe('All margins are clear.');
    await dialog.getByRole('button', { name: 'Insert… (Report)' }).press('Enter');
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);
    await report.fill('');
    await dialog.getByRole('button', { name: 'Insert… (Report)' }).press('Enter');
    await dialog.getByRole('menuitem', { name: 'Everything' }).press('Enter');
    expect(await report.inputValue()).toMatch(/upper back: [\d.]+ ± [\d.]+ mm, /);
    await page.close();
  });

  test('the end of a follow-up has its own, inserted behind what is typed', async () => {
    const page = await browser.open({ hash: '#/follow-ups' });
    await giveTemplates(page);
    await page.getByRole('button', { name: 'More' }).first().click();
    await page.getByRole('menuitem', { name: 'End…' }).press('Enter');
    const why = page.getByRole('textbox', { name: 'Why' });
    expect(await why.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('Phoned: ');
    await page.getByRole('button', { name: 'Insert… (Why)' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Everything' }).press('Enter');
    expect(await why.inputValue()).toMatch(/^Phoned: \p{Lu}.*, lesion /u);
    await page.close();
  });
});

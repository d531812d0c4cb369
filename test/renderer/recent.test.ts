import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'what was changed lately, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('each edit says what it changed and is taken back by keyboard; where there is no way back the reason stands', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByRole('button', { name: 'Recently changed' }).press('Enter');
    const list = page.getByRole('list', { name: 'Recently changed' });
    await list.getByText('Family name: Quilfeather → Quillfeather').waitFor();
    await list.getByText('Body site: Chest → Abdomen').waitFor();
    await list.getByText('It was changed again since.').waitFor();
    expect(await list.getByRole('button', { name: /^Undo/ }).count()).toBe(3);
    await list.getByRole('button', { name: /^Undo: Edited the details/ }).press('Enter');
    await list.getByText('It was taken back already.').waitFor();
    expect(await list.getByRole('button', { name: /^Undo/ }).count()).toBe(2);
    expect(browser.consoleErrors).toEqual([]);
    await page.close();
  });
});

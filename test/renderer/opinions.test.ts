import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { openAsked, openDiffering } from './opinion-pages.ts';

const suite = 'second opinions in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('one is asked for with the review, or beside it afterwards, and taken back', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.locator('[data-row]').first().click();
    await page.getByRole('button', { name: 'Save review' }).waitFor();
    const { hash } = new URL(page.url());
    await page.keyboard.press('1');
    await page.keyboard.press('n');
    await page.getByLabel('Ask for a second opinion').check();
    expect(await page.getByLabel('Second opinion of').inputValue()).not.toBe('');
    await page.getByLabel('Question').fill('Would you excise?');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Review saved, and a colleague asked.').waitFor();
    await page.keyboard.press('o');
    await page.getByRole('heading', { name: 'You asked' }).waitFor();
    await page.getByRole('link', { name: /Would you excise\?/ }).click();
    await page.waitForURL((url) => url.hash === hash);
    await page.getByText('Second opinion of Dr Tomas Lindqvist').waitFor();
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('Withdrawn', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Second opinion…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByText('It is on the list of Dr Tomas Lindqvist.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.getByText('Withdrawn', { exact: true }).count()).toBe(2);
    await page.close();
  });

  test('whoever is asked blindly sees it in the top bar, and no review until theirs is saved', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openAsked(page);
    await page.getByRole('link', { name: 'Worklist' }).click();
    await page.getByText('1 image awaits your second opinion.').waitFor();
    await page.getByRole('link', { name: 'Opinions' }).click();
    await page.getByRole('link', { name: /Would you wait/ }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByText('What others said of this image is shown once yours is saved.').waitFor();
    const reviews = page.getByRole('list', { name: 'Reviews, newest first' });
    expect(await reviews.count()).toBe(0);
    await page.getByRole('radio', { name: 'Basal cell carcinoma' }).check();
    await page.getByRole('radio', { name: 'No action' }).check();
    await page.getByRole('button', { name: 'Save opinion' }).click();
    await page.getByText('Opinion saved: the two differ.').waitFor();
    await reviews.waitFor();
    await page.close();
  });

  test('a consensus asks how it was come to, survives leaving as a draft, and is told as one', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openDiffering(page);
    const { hash } = new URL(page.url());
    await page.getByRole('button', { name: 'Record a consensus' }).click();
    await page.getByRole('button', { name: 'Save consensus' }).click();
    await page.getByText('Say it in a few words, for whoever reads it.').waitFor();
    await page.getByLabel('How you came to it').fill('Looked at it together.');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Opinions' }).click();
    await page.getByRole('heading', { name: 'You differ: no consensus yet' }).waitFor();
    await page.goBack();
    await page.waitForURL((url) => url.hash === hash);
    expect(await page.getByLabel('How you came to it').inputValue()).toBe('Looked at it together.');
    await page.getByRole('radio', { name: 'No action' }).check();
    await page.getByRole('button', { name: 'Save consensus' }).click();
    await page.getByText('Consensus recorded', { exact: true }).waitFor();
    await page.getByText(/\(consensus\)/).waitFor();
    expect(await page.getByRole('link', { name: 'Opinions' }).count()).toBe(0);
    await page.close();
  });

  test('who is asked and cannot say declines, and the image is theirs to review again', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openAsked(page);
    await page.getByRole('link', { name: /Would you wait/ }).click();
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByRole('button', { name: 'Correct' }).waitFor();
    await page.getByText('Withdrawn', { exact: true }).waitFor();
    await page.close();
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the accelerator page in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const open = () => browser.open({ scenario: 'devices', hash: '#/settings/devices' });

  test('every figure says how it was come by, and what a device does not tell is not made up', async () => {
    const page = await open();
    const sound = page.getByRole('region', { name: 'Neuro NX-1' });
    await sound.getByText('1.34 mJ').waitFor();
    for (const text of [
      'measured',
      'sampled every 141 ms',
      'median, all views',
      '37 images, identical results',
    ])
      expect(await sound.getByText(text, { exact: true }).count()).toBe(1);
    const inexact = page.getByRole('region', { name: 'Neuro Pocket' });
    expect(await inexact.getByText('Not reported').count()).toBe(3);
    expect(await inexact.getByText('1 image, 3 wrong counts').count()).toBe(1);
    expect(await inexact.getByRole('button', { name: 'Test Neuro Pocket' }).count()).toBe(0);
    await page.getByText('What to do: Install the driver').waitFor();
    await page.close();
  });

  test('a device is tested by its button, which says what came of it', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Test Neuro NX-1' }).click();
    await page.getByText('Neuro NX-1: 41 images, identical results.').waitFor();
    await page.close();
  });

  test('a notice stands on every screen until it is dismissed', async () => {
    const page = await browser.open({ scenario: 'devices', hash: '#/worklist' });
    const banner = page.getByText('Neuro Pocket was set aside because a result was wrong.');
    await banner.waitFor();
    await page.getByRole('link', { name: 'See the devices' }).click();
    await page.getByRole('heading', { name: 'Devices', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Dismiss the notice about Neuro Pocket' }).click();
    await banner.waitFor({ state: 'detached' });
    await page.close();
  });

  test('the readings to repeat are read again with one button, and are gone then', async () => {
    const page = await open();
    const list = page.getByRole('region', { name: 'Readings to repeat' });
    await list.waitFor();
    expect(await list.getByRole('listitem').count()).toBe(3);
    await list.getByRole('button', { name: 'Read all again' }).click();
    await page.getByText('3 images read again.').waitFor();
    await list.waitFor({ state: 'detached' });
    await page.close();
  });

  test('what reads is chosen there', async () => {
    const page = await open();
    await page.getByRole('radio', { name: 'Compare both' }).check();
    await page.getByText('only what both agree on is shown').waitFor();
    await page.close();
  });
});

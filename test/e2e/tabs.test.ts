import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import { createClinic } from './steps.ts';

const suite = 'a browser’s tabs';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let workstation: Workstation;
  beforeAll(async () => {
    workstation = await openWorkstation();
  });
  afterAll(() => workstation?.close());

  test('one is let in by the link, which is gone from its address, and stays in after a reload', async () => {
    const { page } = workstation;
    await createClinic(page);
    expect(page.url()).not.toContain('open');
    await page.reload();
    await page.getByRole('link', { name: 'Patients' }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
  });

  test('another one, by the used link or by none, is shown how to get one and nothing else', async () => {
    const { page, link } = workstation;
    const other = await page.context().newPage();
    for (const address of [link, new URL('/', link).href]) {
      await other.goto(address);
      await other.getByRole('heading', { name: 'Open Dermaspike by its link' }).waitFor();
      expect(await other.getByText('Riverside').count()).toBe(0);
    }
    await page.getByRole('link', { name: 'Patients' }).waitFor();
  });
});

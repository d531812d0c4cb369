import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person } from '../desktop.ts';

const suite = 'the demo clinic in a real Electron';

describe.skipIf(lacks('desktop', suite))(suite, () => {
  let person: Person;
  let desktop: Desktop;
  beforeAll(async () => {
    person = new Person();
    desktop = await openDesktop(person);
  });
  afterAll(async () => {
    await desktop?.quit();
    person?.leave();
  });

  test('is drawn, and read by a virtual accelerator in a process of its own', async () => {
    const { page } = desktop;
    await page.getByRole('button', { name: 'Try the demo clinic' }).click();
    await page.getByRole('link', { name: 'Worklist' }).waitFor({ timeout: 240_000 });
    expect([...(await desktop.processes()).keys()]).toContain('virtual-device');
    await page.getByRole('link', { name: 'Worklist' }).click();
    await page.getByText('Specimen, Chidi').first().click();
    const reading = page.getByRole('region', { name: 'Reading' });
    await reading.getByText('Details', { exact: true }).click();
    await reading
      .getByText(/Virtual accelerator/)
      .first()
      .waitFor();
  }, 360_000);

  test('leaves the accelerator’s process behind when it is locked', async () => {
    await desktop.page.getByRole('button', { name: 'Lock' }).click();
    await expect
      .poll(async () => [...(await desktop.processes()).keys()])
      .not.toContain('virtual-device');
  });
});

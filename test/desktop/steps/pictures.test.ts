import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addLesion, createClinic, enrolPatient } from '../../e2e/steps.ts';
import { textured } from '../../imaging/pictures.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person } from '../desktop.ts';

const suite = 'pictures in a real Electron';

describe.skipIf(lacks('desktop', suite))(suite, () => {
  let person: Person;
  let desktop: Desktop;
  beforeAll(async () => {
    person = new Person();
    desktop = await openDesktop(person);
    const { page } = desktop;
    await createClinic(page);
    await enrolPatient(page);
    await addLesion(page, 'Left forearm');
  });
  afterAll(async () => {
    await desktop?.quit();
    person?.leave();
  });

  // The decoder's time is by the clock: a machine that does much else at once may take too long.
  test('a picture of 49 megapixels is imported within the decoder’s limits', {
    timeout: 360_000,
    retry: 2,
  }, async ({ task }) => {
    const { page } = desktop;
    const file = path.join(person.folder, 'large.jpg');
    await writeFile(file, await textured(7000, 7000).jpeg({ quality: 85 }).toBuffer());
    const startedAt = performance.now();
    await page.getByLabel('Choose images').first().setInputFiles(file);
    const imported = page.getByRole('img', { name: /Left forearm/ }).first();
    await imported.or(page.getByText(/took longer than/).last()).waitFor({ timeout: 120_000 });
    expect(await imported.count()).toBe(1);
    task.meta.detail = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  });
});

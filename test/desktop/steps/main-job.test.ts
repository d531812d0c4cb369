import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addLesion, createClinic, enrolPatient, passphrase } from '../../e2e/steps.ts';
import { sealedBy, walls } from '../../process-walls.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person, runDesktop } from '../desktop.ts';
import { chromeVersion, electronVersion } from '../electron22/places.mjs';
import { somePictures } from '../pictures.ts';

const suite = 'the main job in a real Electron';

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

  const unlock = async () => {
    await desktop.page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await desktop.page.getByRole('button', { name: 'Unlock' }).click();
    await desktop.page.getByRole('link', { name: 'Patients' }).waitFor();
  };

  test('the window opens on the start screen, its page and processes in the real sandbox', async () => {
    const { app, page } = desktop;
    await page.getByRole('button', { name: 'Create your clinic' }).waitFor();
    expect(page.url()).toBe('dermaspike://app/');
    expect(await page.evaluate('typeof require + typeof process')).toBe('undefinedundefined');
    const sandboxed = await app.evaluate(({ app }) =>
      app
        .getAppMetrics()
        .filter(({ type }) => type === 'Tab')
        .map(({ sandboxed }) => sandboxed),
    );
    const { electron, chrome, uid } = await app.evaluate(() => ({
      ...process.versions,
      uid: process.getuid?.(),
    }));
    expect([electron, chrome]).toEqual([electronVersion, chromeVersion]);
    expect(uid).not.toBe(0);
    expect(sandboxed).not.toContain(false);
    expect([...(await desktop.processes()).keys()]).toEqual(expect.arrayContaining(['station']));
  });

  test('a clinic is created and a patient enrolled', async () => {
    const { page } = desktop;
    await createClinic(page);
    await enrolPatient(page);
    await addLesion(page, 'Left forearm');
  });

  test('images are imported and read by the emulator', async () => {
    const { page } = desktop;
    await page
      .getByLabel('Choose images')
      .first()
      .setInputFiles(await somePictures(person.folder, 3));
    await page
      .getByRole('img', { name: /Left forearm/ })
      .nth(2)
      .waitFor();
    await page.getByRole('link', { name: 'Worklist' }).click();
    await page.getByText('Quillfeather').first().click();
    const reading = page.getByRole('region', { name: 'Reading' });
    await reading.getByText('not a diagnosis').waitFor();
    await reading.getByText('Details', { exact: true }).click();
    await reading
      .getByText(/Emulator/)
      .first()
      .waitFor();
    expect([...(await desktop.processes()).keys()]).toEqual(
      expect.arrayContaining(['station', 'bridge', 'decoder']),
    );
  });

  test.runIf(process.platform === 'linux')(
    'the decoder that read them has the kernel’s filter on each of its threads',
    async () => {
      const held = async () => {
        const decoder = (await desktop.processes()).get('decoder');
        const threads = readdirSync(`/proc/${decoder}/task`);
        return new Set(threads.map((thread) => walls(`/proc/${decoder}/task/${thread}`)));
      };
      // One that has just taken the place of another is not there yet.
      await expect.poll(held, { timeout: 60_000 }).toEqual(new Set([sealedBy]));
    },
  );

  test('a reading is reviewed', async () => {
    const { page } = desktop;
    const address = page.url();
    await page.getByRole('radio', { name: /naevus/i }).press('Space');
    await page.getByRole('radio', { name: /Monitor/ }).press('Space');
    await page.getByRole('radio', { name: '3 months' }).press('Space');
    await page.getByRole('textbox', { name: 'Note' }).fill('see again in three months');
    await page.getByRole('button', { name: 'Save review' }).click();
    await page.waitForURL((url) => url.href !== address);
  });

  test('the menu locks the clinic, and the passphrase opens it again', async () => {
    await desktop.app.evaluate(({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []);
      items?.find(({ label }) => label === 'Lock')?.click();
    });
    await desktop.page.getByRole('button', { name: 'Unlock' }).waitFor();
    expect(await desktop.page.getByText('Quillfeather').count()).toBe(0);
    await unlock();
  });

  test.for(['lock-screen', 'suspend', 'user-did-resign-active'])(
    'the computer’s %s locks it',
    async (event) => {
      await desktop.app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event);
      await desktop.page.getByRole('button', { name: 'Unlock' }).waitFor();
      await unlock();
    },
  );

  test('a second start leaves the window to the first', async () => {
    const second = await runDesktop(person);
    expect(second.code).toBe(0);
    expect(desktop.app.windows()).toHaveLength(1);
  });

  test('after quitting, a further start finds everything where it was', async () => {
    await desktop.quit();
    expect(desktop.pageErrors).toEqual([]);
    desktop = await openDesktop(person);
    await unlock();
    const { page } = desktop;
    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByText('Quillfeather').first().click();
    await page
      .getByRole('img', { name: /Left forearm/ })
      .nth(2)
      .waitFor();
    expect(desktop.pageErrors).toEqual([]);
  });
});

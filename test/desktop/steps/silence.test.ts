import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addLesion, createClinic, enrolPatient, passphrase } from '../../e2e/steps.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person } from '../desktop.ts';
import { somePictures } from '../pictures.ts';

const suite = 'what hangs in a real Electron';
/** Told by then, wherever it is. */
const soon = { timeout: 3_000 };

describe.skipIf(lacks('desktop', suite))(suite, () => {
  let person: Person;
  let desktop: Desktop;
  beforeAll(async () => {
    person = new Person();
    desktop = await openDesktop(person);
    const { app, page } = desktop;
    // Whoever is asked takes the remedy, the last button.
    await app.evaluate(({ dialog }) => {
      const asked: string[] = [];
      Object.assign(globalThis, { asked });
      dialog.showMessageBox = async (...args: unknown[]) => {
        const options = args.at(-1) as Electron.MessageBoxOptions;
        asked.push(options.message);
        return { response: (options.buttons ?? []).length - 1, checkboxChecked: false };
      };
    });
    await createClinic(page);
    await enrolPatient(page);
    await addLesion(page, 'Left forearm');
  });
  afterAll(async () => {
    await desktop?.quit();
    person?.leave();
  });

  const asked = () => desktop.app.evaluate(() => (globalThis as { asked?: string[] }).asked ?? []);
  const stop = async (name: string) => {
    const pid = (await desktop.processes()).get(name);
    if (!pid) throw new Error(`There is no ${name}.`);
    process.kill(pid, 'SIGSTOP');
    return pid;
  };
  const importPictures = async (inAll: number) => {
    const { page } = desktop;
    const files = await somePictures(person.folder, inAll);
    const newest = files.slice(-1);
    await page.getByLabel('Choose images').first().setInputFiles(newest);
    await page
      .getByRole('img', { name: /Left forearm/ })
      .nth(inAll - 1)
      .waitFor({ timeout: 40_000 });
  };

  test('a decoder that is stopped is replaced, and the import goes on', async () => {
    await importPictures(1);
    await stop('decoder');
    await importPictures(2);
  });

  test('a bridge that is stopped is told of within 3 seconds, replaced, and reads on', async () => {
    const pid = await stop('bridge');
    await desktop.page.getByRole('link', { name: /device bridge does not answer/ }).waitFor(soon);
    await importPictures(3);
    expect((await desktop.processes()).get('bridge')).not.toBe(pid);
  });

  test('a station that is stopped is told of within 3 seconds, and no longer when it goes on', async () => {
    const notice = desktop.page.getByText('does not answer just now');
    const pid = await stop('station');
    await notice.waitFor(soon);
    process.kill(pid, 'SIGCONT');
    await notice.waitFor({ state: 'detached' });
  });

  test('a station that stays stopped can be started again; it comes back locked, with all that was saved', async () => {
    const { page } = desktop;
    await stop('station');
    await page.getByRole('button', { name: 'Unlock' }).waitFor({ timeout: 20_000 });
    expect(await asked()).toContain('Dermaspike’s service does not answer.');
    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByText('Quillfeather').first().click();
    await page
      .getByRole('img', { name: /Left forearm/ })
      .nth(2)
      .waitFor();
  });

  // The last one: what drives the page loses it with the crash.
  test('a page that loops is told of within 3 seconds, and can be loaded again', async () => {
    const { app, page } = desktop;
    await page.evaluate('void setTimeout(() => { for (;;); })');
    const message = 'The window does not answer.';
    await expect.poll(asked, { timeout: 3_500 }).toContain(message);
    const shown = () =>
      app.evaluate(async ({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        return contents?.executeJavaScript('document.body.innerText').catch(() => '');
      });
    await expect.poll(shown, { timeout: 15_000 }).toContain('Quillfeather');
  });
});

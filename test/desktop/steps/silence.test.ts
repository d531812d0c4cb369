import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addLesion, createClinic, enrolPatient, passphrase } from '../../e2e/steps.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person } from '../desktop.ts';
import { somePictures } from '../pictures.ts';

const suite = 'what hangs in a real Electron';
/** Told by then, wherever it is. */
/** On a machine that does little else it is said within 3 seconds; how long it took is in the detail. */
const soon = { timeout: 60_000 };

/** Notes how long `told` took. */
async function timed(task: { meta: { detail?: string } }, told: () => Promise<unknown>) {
  const startedAt = performance.now();
  await told();
  task.meta.detail = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

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
      .waitFor({ timeout: 120_000 });
  };

  test('a decoder that is stopped is replaced, and the import goes on', async () => {
    await importPictures(1);
    await stop('decoder');
    await importPictures(2);
  });

  test('a bridge that is stopped is told of, replaced, and reads on', async ({ task }) => {
    const pid = await stop('bridge');
    const notice = desktop.page.getByRole('link', { name: /device bridge does not answer/ });
    await timed(task, () => notice.waitFor(soon));
    await importPictures(3);
    expect((await desktop.processes()).get('bridge')).not.toBe(pid);
  });

  test('a station that is stopped is told of, and no longer when it goes on', async ({ task }) => {
    const notice = desktop.page.getByText('does not answer just now');
    const pid = await stop('station');
    await timed(task, () => notice.waitFor(soon));
    process.kill(pid, 'SIGCONT');
    await notice.waitFor({ state: 'detached' });
  });

  test('a station that stays stopped can be started again; it comes back locked, with all that was saved', async () => {
    const { page } = desktop;
    await stop('station');
    await page.getByRole('button', { name: 'Unlock' }).waitFor({ timeout: 60_000 });
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
  test('a page that loops is told of, and can be loaded again', async ({ task }) => {
    const { app, page } = desktop;
    await page.evaluate('void setTimeout(() => { for (;;); })');
    const message = 'The window does not answer.';
    await timed(task, () => expect.poll(asked, soon).toContain(message));
    // Asked while it loads, a page may never answer: it is then asked again.
    const shown = () =>
      app.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        const text = contents?.executeJavaScript('document.body.innerText').catch(() => '');
        return Promise.race([text, new Promise((resolve) => setTimeout(resolve, 1_000, ''))]);
      });
    await expect.poll(shown, { timeout: 60_000 }).toContain('Quillfeather');
  });
});

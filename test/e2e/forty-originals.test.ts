import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VerdictKind } from '../../src/clinic/entities/index.ts';
import { verdictNames } from '../../src/clinic/verdict-words.ts';
import { runCli } from '../cli/run-cli.ts';
import { lacks, sharedFile } from '../requirements.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import { createClinic, enrolPatient } from './steps.ts';

const suite = 'forty dermoscopic originals in a real browser, one verdict each on five screens';
const skipped = lacks('chromium', suite) || lacks('shared', suite);
const folder = 'data/ham10000/originals';
/** It takes about two minutes where two cores have nothing else to do. */
const TIMEOUT_MS = 900_000;

interface Original {
  readonly file: string;
  /** As the command line says it. */
  readonly verdict: VerdictKind;
  /** Of the lesion that it was imported to. */
  lesionId: string;
  imageLink: string;
}

describe.skipIf(skipped)(suite, () => {
  let workstation: Workstation;
  let originals: Original[];

  beforeAll(async () => {
    const files = readdirSync(sharedFile(folder))
      .filter((name) => name.endsWith('.jpg'))
      .sort()
      .slice(0, 40);
    const paths = files.map((file) => sharedFile(folder, file));
    const { json } = await runCli('classify', '--json', ...paths);
    originals = (json as { verdict: VerdictKind }[]).map(({ verdict }, index) => ({
      file: files[index] ?? '',
      verdict,
      lesionId: '',
      imageLink: '',
    }));
    expect(originals).toHaveLength(40);
    workstation = await openWorkstation();
  }, TIMEOUT_MS);
  afterAll(() => workstation?.close());

  /** At the place of each original's verdict on this screen: its code, and the words that name it. */
  async function expectVerdicts(placeOf: (original: Original) => string, among = originals) {
    for (const original of among) {
      const found = workstation.page.locator(placeOf(original));
      const shown = await found.evaluateAll((elements) =>
        elements.map((element) => ({
          code: element.getAttribute('data-verdict'),
          words: element.getAttribute('aria-label') ?? element.textContent,
        })),
      );
      const { file, verdict } = original;
      const words = expect.stringContaining(verdictNames[verdict]);
      expect({ file, shown }).toEqual({ file, shown: [{ code: verdict, words }] });
    }
  }

  test(
    'they are imported, each to a lesion of its own on the body map',
    async () => {
      const { page } = workstation;
      await createClinic(page);
      await enrolPatient(page);
      const parts = page.locator('.figure__part');
      const partCount = await parts.count();
      const dialog = page.getByRole('dialog');
      for (const [index] of originals.entries()) {
        await parts.nth(index % partCount).focus();
        await page.keyboard.press('Enter');
        await dialog.getByRole('button', { name: 'Add lesion' }).click();
        await dialog.waitFor({ state: 'detached' });
      }
      const lesions = page.locator('section.lesion');
      await lesions.nth(originals.length - 1).waitFor();
      const ids = await lesions.evaluateAll((all) => all.map(({ id }) => id));
      for (const [index, original] of originals.entries()) {
        original.lesionId = (ids[index] ?? '').replace('lesion-', '');
        await page
          .locator(`#lesion-${original.lesionId} input[type=file]`)
          .setInputFiles(sharedFile(folder, original.file));
      }
      await page
        .getByRole('button', { name: 'Imports: 40 imported' })
        .waitFor({ timeout: 600_000 });
    },
    TIMEOUT_MS,
  );

  test('the import tray says the verdict of each', async () => {
    await workstation.page.getByRole('button', { name: 'Imports: 40 imported' }).click();
    await expectVerdicts(({ file }) => `.tray__row:has([title="${file}"]) [data-verdict]`);
    await workstation.page.keyboard.press('Escape');
  });

  test('the patient’s strips say it', async () => {
    await expectVerdicts(({ lesionId }) => `#lesion-${lesionId} .strip [data-verdict]`);
    for (const original of originals) {
      const item = workstation.page.locator(`#lesion-${original.lesionId} .strip__item`);
      original.imageLink = (await item.getAttribute('href')) ?? '';
    }
    expect(new Set(originals.map(({ imageLink }) => imageLink)).size).toBe(40);
  });

  test('the body map’s markers say it', () =>
    expectVerdicts(({ lesionId }) => `.figure__marker[data-lesion="${lesionId}"]`));

  test('the worklist says it', async () => {
    await workstation.page.getByRole('link', { name: /^Worklist/ }).click();
    await workstation.page.locator('[data-row]').nth(39).waitFor();
    await expectVerdicts(({ imageLink }) => `[data-row][href="${imageLink}"] [data-verdict]`);
  });

  test(
    'the reading page says it',
    async () => {
      for (const original of originals) {
        await workstation.page.goto(new URL(original.imageLink, workstation.page.url()).href);
        const reading = workstation.page.locator('.reading', { hasText: original.file });
        await reading.locator('.headline').waitFor();
        await expectVerdicts(() => '.headline[data-verdict]', [original]);
      }
    },
    TIMEOUT_MS,
  );
});

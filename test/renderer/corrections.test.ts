import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'what can be put right, in a real browser';
const arrivedAt = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const lesionCard = (page: Page, label: string) =>
  page.getByRole('region', { name: `Lesion ${label}`, exact: true });
const toast = (page: Page, text: string | RegExp) =>
  page.locator('.foot').getByText(text).first().waitFor();
const undo = (page: Page) => page.getByRole('button', { name: 'Undo' }).last().click();

/** Opens a lesion's menu and runs a command of it. */
async function command(page: Page, label: string, name: string): Promise<void> {
  await lesionCard(page, label).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name }).click();
}

const drop = (page: Page, selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['xyz'], 'dropped.jpg', { type: 'image/jpeg' }));
      const options = { bubbles: true, cancelable: true, dataTransfer };
      element.dispatchEvent(new DragEvent('dragenter', options));
      element.dispatchEvent(new DragEvent('drop', options));
    });

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  const openPatient = async (name: string) => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByRole('link', { name: new RegExp(name) }).click();
    await arrivedAt(page, new RegExp(name));
    return page;
  };

  test('an image is moved from its reading to another patient by keyboard; both pages say so, and Undo takes it back', async () => {
    const page = await openPatient('Nakamura');
    await lesionCard(page, 'A').getByRole('img').first().click();
    await page.getByRole('button', { name: 'Move…' }).press('Enter');
    await page.getByRole('button', { name: 'Another patient' }).press('Enter');
    await page.getByRole('combobox', { name: 'Search the patients' }).fill('abend');
    await page.getByRole('option', { name: /Abendroth/ }).waitFor();
    await page.keyboard.press('Enter');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^A .*image/ })
      .press('Enter');
    await toast(page, 'Image moved to lesion A of Abendroth, Konstantin.');
    await page.getByText(/Moved here from lesion A of/).waitFor();
    await page.getByRole('link', { name: 'Nakamura, Ren' }).click();
    await page.getByText(/was moved to lesion A of Abendroth, Konstantin/).waitFor();
    await page.getByRole('link', { name: 'Abendroth, Konstantin' }).click();
    await page.getByText(/was moved here from lesion A of Nakamura, Ren/).waitFor();
    await undo(page);
    await toast(page, 'The image is back.');
    expect(await page.getByText(/was moved/).count()).toBe(0);
    await page.close();
  });

  test('Enter that comes before the list has followed the letters takes who they name, and nobody shown before', async () => {
    const page = await openPatient('Nakamura');
    await lesionCard(page, 'A').getByRole('img').first().click();
    await page.getByRole('button', { name: 'Move…' }).press('Enter');
    await page.getByRole('button', { name: 'Another patient' }).press('Enter');
    await page.getByRole('option').nth(2).waitFor();
    // At once: no list can have come between.
    await page.getByRole('combobox', { name: 'Search the patients' }).evaluate((field) => {
      const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
      own?.set?.call(field, 'abend');
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    });
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^A .*image/ })
      .press('Enter');
    await toast(page, 'Image moved to lesion A of Abendroth, Konstantin.');
    await page.close();
  });

  test('several images of a lesion are moved at once, to a lesion that is made for them', async () => {
    const page = await openPatient('Quillfeather');
    await command(page, 'A', 'Move images…');
    await page.getByRole('button', { name: 'Choose all' }).click();
    await page.getByRole('button', { name: 'Choose where to…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'A new lesion' }).click();
    await page.getByLabel('Label').fill('E');
    await page.getByRole('button', { name: 'Add lesion', exact: true }).last().click();
    await toast(page, '3 images moved to lesion E of Quillfeather, Ottoline.');
    expect(await lesionCard(page, 'E').getByRole('img', { name: /^E,/ }).count()).toBe(3);
    expect(
      await lesionCard(page, 'A')
        .getByText(/was moved to lesion E/)
        .count(),
    ).toBe(3);
    await page.close();
  });

  test('a removed image has its place on the patient’s page, and comes back from there', async () => {
    const page = await openPatient('Nakamura');
    await lesionCard(page, 'A').getByRole('img').first().click();
    await page.getByRole('button', { name: 'Remove image' }).click();
    await page.getByText('No image yet').waitFor();
    await page.getByText('Removed and merged').click();
    await page.getByRole('img', { name: /^Removed image/ }).waitFor();
    await page.getByRole('button', { name: 'Restore' }).click();
    await toast(page, 'The image is back with lesion A.');
    await lesionCard(page, 'A').getByRole('img').first().waitFor();
    await page.close();
  });

  test('a reviewed image shows the clinician’s impression in the list, and its correction begins from the newest review', async () => {
    const page = await openPatient('Quillfeather');
    await lesionCard(page, 'A').getByText('Melanoma – Excise').waitFor();
    await lesionCard(page, 'A').getByText('Melanocytic naevus – Monitor').waitFor();
    await lesionCard(page, 'A').getByText('Melanoma – Excise').click();
    await page.getByRole('button', { name: 'Correct' }).click();
    await page.getByRole('radio', { name: 'Melanoma', checked: true }).waitFor();
    await page.getByRole('radio', { name: 'Excise', checked: true }).waitFor();
    expect(await page.getByText('You began this earlier.').count()).toBe(0);
    await page.getByRole('radio', { name: 'Biopsy' }).check();
    await page.getByRole('button', { name: 'Save review' }).click();
    await toast(page, 'Correction saved.');
    await page.close();
  });

  test('a lesion’s marker is dragged to another site, a click still shows the lesion, and Undo puts it back', async () => {
    const page = await openPatient('Quillfeather');
    const marker = page.getByRole('button', { name: /^Lesion 2: B/ });
    await marker.click();
    expect(await page.getByRole('dialog').count()).toBe(0);
    const target = page
      .getByRole('group', { name: /Body map, back/ })
      .getByRole('button', { name: 'Right thigh', exact: true });
    const [from, to] = [await marker.boundingBox(), await target.boundingBox()];
    if (!from || !to) throw new Error('The figure is not shown.');
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
    await page.getByText('Right thigh').first().waitFor();
    await page.mouse.up();
    await toast(page, 'Lesion B is now at: Right thigh.');
    expect(await page.getByRole('dialog').count()).toBe(0);
    const stored = () =>
      page.evaluate(() => window.fakeStation.clinic.lesions.find(({ label }) => label === 'B'));
    expect(await stored()).toMatchObject({
      bodySite: 'thigh',
      laterality: 'right',
      position: { view: 'back' },
    });
    await undo(page);
    await toast(page, 'It is back in its place.');
    expect(await stored()).toMatchObject({ bodySite: 'forearm', position: { view: 'front' } });
    await page.close();
  });

  test('a marker is moved by the arrow keys, kept by Enter, and put back by Escape', async () => {
    const page = await openPatient('Quillfeather');
    const marker = page.getByRole('button', { name: /^Lesion 2: B/ });
    await marker.focus();
    const before = await marker.getAttribute('transform');
    await page.keyboard.press('ArrowUp');
    expect(await marker.getAttribute('transform')).not.toBe(before);
    await page.keyboard.press('Escape');
    expect(await marker.getAttribute('transform')).toBe(before);
    for (let press = 0; press < 25; press++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await toast(page, /Lesion B is now at: Left (upper arm|shoulder)/);
    await page.close();
  });

  test('a marker that is dropped beside the body goes back', async () => {
    const page = await openPatient('Quillfeather');
    const marker = page.getByRole('button', { name: /^Lesion 2: B/ });
    const before = await marker.getAttribute('transform');
    await marker.hover();
    await page.mouse.down();
    const box = await marker.boundingBox();
    if (!box) throw new Error('The figure is not shown.');
    await page.mouse.move(box.x + 5, box.y - 200, { steps: 4 });
    await page.getByText('Not on the body: it will go back').first().waitFor();
    await page.mouse.up();
    expect(await marker.getAttribute('transform')).toBe(before);
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
    await page.close();
  });

  test('changing a lesion’s side keeps its place, on the other side', async () => {
    const page = await openPatient('Quillfeather');
    await lesionCard(page, 'B').getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Side', { exact: true }).selectOption('Right');
    await page.getByText('The exact place on the body map is kept').waitFor();
    await page.getByLabel('Body site').selectOption('Hand');
    await page.getByText('The exact place was on another site (forearm)').waitFor();
    await page.getByLabel('Body site').selectOption('Forearm');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const position = await page.evaluate(
      () => window.fakeStation.clinic.lesions.find(({ label }) => label === 'B')?.position,
    );
    expect(position).toMatchObject({ view: 'front', y: 0.43 });
    expect(position?.x).toBeCloseTo(0.23, 9);
    await page.close();
  });

  test('a lesion is closed for a reason and opened again', async () => {
    const page = await openPatient('Quillfeather');
    await command(page, 'C, beside the old scar', 'Close…');
    await page.getByRole('button', { name: 'Close lesion' }).click();
    await page.getByText('Choose a reason.').waitFor();
    await page.getByRole('radio', { name: 'Excised' }).check();
    await page.getByLabel('Since').fill('2025-03-01');
    await page.getByRole('button', { name: 'Close lesion' }).click();
    const card = lesionCard(page, 'C, beside the old scar');
    await card.getByText(/^Excised, /).waitFor();
    await page.getByText('3 open, 1 closed.').waitFor();
    await command(page, 'C, beside the old scar', 'Open again');
    await card.getByText(/^Excised, /).waitFor({ state: 'detached' });
    await page.close();
  });

  test('a lesion is removed with its images after a question, and restored from the page', async () => {
    const page = await openPatient('Quillfeather');
    await command(page, 'A', 'Remove…');
    await page.getByText('3 images (2 of them reviewed) will be removed with it.').waitFor();
    await page.getByRole('button', { name: 'Remove lesion' }).click();
    await lesionCard(page, 'A').waitFor({ state: 'detached' });
    await page.getByText('Removed and merged').click();
    await page.getByRole('button', { name: 'Restore' }).first().click();
    await lesionCard(page, 'A').getByRole('img').nth(2).waitFor();
    await command(page, 'D', 'Remove');
    await lesionCard(page, 'D').waitFor({ state: 'detached' });
    await undo(page);
    await lesionCard(page, 'D').waitFor();
    await page.close();
  });

  test('a lesion is merged into another one and taken apart again', async () => {
    const page = await openPatient('Quillfeather');
    await command(page, 'B', 'Merge into…');
    await page.getByRole('dialog').getByRole('button', { name: /^A/ }).click();
    await lesionCard(page, 'A').getByText('Lesion B (Left forearm) was merged').waitFor();
    expect(await lesionCard(page, 'A').getByRole('img', { name: /^A,/ }).count()).toBe(5);
    await page.getByText('Removed and merged').click();
    await page.getByRole('button', { name: 'Take apart again' }).click();
    await lesionCard(page, 'B').getByRole('img').nth(1).waitFor();
    await page.close();
  });

  test('a person who may be enrolled already is asked about', async () => {
    const page = await browser.open({ hash: '#/patients' });
    const enrol = async () => {
      await page.getByRole('button', { name: 'New patient' }).click();
      await page.getByLabel('Family name').fill('Quillfeder');
      await page.getByLabel('Given name').fill('Ottoline');
      await page.getByLabel('Date of birth').fill('1961-03-14');
      await page.getByRole('button', { name: 'Enrol patient' }).click();
      await page.getByText('Nearly the same name, same date of birth').waitFor();
    };
    await enrol();
    await page.getByRole('button', { name: 'Open this record' }).click();
    await arrivedAt(page, 'Quillfeather, Ottoline');
    await page.getByRole('link', { name: 'Patients' }).click();
    await enrol();
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Family name').inputValue()).toBe('Quillfeder');
    await page.getByRole('button', { name: 'Enrol patient' }).click();
    await page.getByRole('button', { name: 'No, enrol a new person' }).click();
    await arrivedAt(page, 'Quillfeder, Ottoline');
    await page.close();
  });

  test('a patient who is changed in another window meanwhile: untouched fields are taken over, disputed ones are shown', async () => {
    const page = await openPatient('Quillfeather');
    await page.getByRole('button', { name: 'Edit' }).first().click();
    await page.getByLabel('Note').fill('Prefers mornings.');
    await page.evaluate(() => {
      const [patient] = window.fakeStation.clinic.patients;
      Object.assign(patient ?? {}, { note: 'Prefers Tuesdays.', recordNumber: 'R-9', revision: 2 });
      window.fakeStation.changed('patients');
    });
    await page.getByText('was changed in another window meanwhile').waitFor();
    await page.getByText('Taken over from there: Record number.').waitFor();
    expect(await page.getByLabel('Record number').inputValue()).toBe('R-9');
    expect(await page.getByLabel('Note').inputValue()).toBe('Prefers mornings.');
    await page.getByText('is “Prefers Tuesdays.” there').waitFor();
    await page.getByRole('button', { name: 'Use that' }).click();
    expect(await page.getByLabel('Note').inputValue()).toBe('Prefers Tuesdays.');
    await page.getByLabel('Note').fill('Prefers mornings, or Tuesdays.');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Prefers mornings, or Tuesdays.').waitFor();
    await page.close();
  });

  test('of a lesion that another window removes while it is edited here, the form says so', async () => {
    const page = await openPatient('Quillfeather');
    await lesionCard(page, 'B').getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Note').fill('itches');
    await page.evaluate(() => {
      const lesion = window.fakeStation.clinic.lesions.find(({ label }) => label === 'B');
      Object.assign(lesion ?? {}, { removedAt: new Date().toISOString() });
      window.fakeStation.changed('lesions');
    });
    await page.getByText('It was removed or merged in another window meanwhile').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByText('Removed and merged').click();
    await page.getByRole('button', { name: 'Restore' }).click();
    await lesionCard(page, 'B').getByRole('button', { name: 'Edit' }).click();
    expect(await page.getByLabel('Note').inputValue()).toBe('itches');
    await page.close();
  });

  test('what is typed into a form survives Escape and a lock, until it is discarded', async () => {
    const page = await openPatient('Quillfeather');
    const edit = () => page.getByRole('button', { name: 'Edit' }).first().click();
    await edit();
    await page.getByLabel('Note').fill('Asks for a copy');
    await page.keyboard.press('Escape');
    await toast(page, 'Kept as a draft');
    await edit();
    await page.getByText('You began this earlier.').waitFor();
    expect(await page.getByLabel('Note').inputValue()).toBe('Asks for a copy');
    await page.getByLabel('Note').fill('Asks for a copy by post');
    await page.keyboard.press('Control+l');
    await page.getByLabel('Passphrase').fill('correct horse battery');
    await page.getByRole('button', { name: 'Unlock' }).click();
    await edit();
    expect(await page.getByLabel('Note').inputValue()).toBe('Asks for a copy by post');
    await page.getByRole('button', { name: 'Discard' }).click();
    await edit();
    expect(await page.getByLabel('Note').inputValue()).toBe(
      'Many naevi; yearly full-body examination.',
    );
    expect(await page.getByText('You began this earlier.').count()).toBe(0);
    await page.close();
  });

  test('what is typed just before the station goes is there when it is back', async () => {
    const page = await openPatient('Quillfeather');
    await page.getByRole('button', { name: 'Edit' }).first().click();
    await page.getByLabel('Note').fill('Asks for a copy');
    await page.evaluate(() => window.fakeStation.leave());
    await page.getByRole('heading', { name: 'The station is out of reach' }).waitFor();
    await page.evaluate(() => {
      window.fakeStation.isAway = false;
    });
    await page.getByRole('button', { name: 'Edit' }).first().click();
    expect(await page.getByLabel('Note').inputValue()).toBe('Asks for a copy');
    await page.close();
  });

  test('when the station is gone, nothing of a patient is on the page within a second, and it says why', async () => {
    const page = await openPatient('Quillfeather');
    const blankedAfterMs = await page.evaluate(async () => {
      const start = performance.now();
      window.fakeStation.leave();
      while (document.documentElement.outerHTML.includes('Quillfeather'))
        await new Promise((resolve) => requestAnimationFrame(resolve));
      return performance.now() - start;
    });
    expect(blankedAfterMs).toBeLessThan(1000);
    await page.getByText('Patients’ data is hidden until it is back.').waitFor();
    // A station that comes back locked shows nothing of before, not even for a moment.
    await page.evaluate(() => {
      const seen: string[] = [];
      new MutationObserver(() => seen.push(document.body.textContent ?? '')).observe(
        document.body,
        {
          childList: true,
          subtree: true,
        },
      );
      Object.assign(window, { seen });
      window.fakeStation.clinic.lock();
      window.fakeStation.isAway = false;
    });
    await page.getByRole('button', { name: 'Unlock' }).waitFor();
    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
    expect(seen.join('')).not.toContain('Quillfeather');
    await page.close();
  });

  test('a second user who unlocks is on the worklist, the same one where they were', async () => {
    const page = await openPatient('Quillfeather');
    const unlock = async () => {
      await page.keyboard.press('Control+l');
      await page.getByLabel('Passphrase').fill('correct horse battery');
      await page.getByRole('button', { name: 'Unlock' }).click();
    };
    await unlock();
    await arrivedAt(page, 'Quillfeather, Ottoline');
    await page.evaluate(() => window.fakeStation.clinic.users.reverse());
    await unlock();
    await arrivedAt(page, 'Worklist');
    await page.close();
  });

  test('so is one after a reload while it was locked', async () => {
    const page = await browser.open({ scenario: 'locked', hash: '#/patients' });
    const unlock = async () => {
      await page.getByLabel('Passphrase').fill('correct horse battery');
      await page.getByRole('button', { name: 'Unlock' }).click();
    };
    await unlock();
    await page.getByRole('link', { name: /Quillfeather/ }).click();
    await arrivedAt(page, 'Quillfeather, Ottoline');
    await page.reload();
    await unlock();
    await arrivedAt(page, 'Quillfeather, Ottoline');
    await page.reload();
    await page.getByLabel('Passphrase').waitFor();
    await page.evaluate(() => window.fakeStation.clinic.users.reverse());
    await unlock();
    await arrivedAt(page, 'Worklist');
    await page.close();
  });

  test('images dropped anywhere ask for patient and lesion, the current ones first', async () => {
    const page = await browser.open({ hash: '#/settings/you' });
    await drop(page, 'main');
    await page.getByRole('combobox', { name: 'Search the patients' }).fill('naka');
    await page.getByRole('option', { name: /Nakamura/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^A .*image/ })
      .click();
    await page.getByRole('button', { name: 'Imports: 1 imported' }).waitFor();
    await page.goto(`${page.url().split('#')[0]}#/patients`);
    await page.getByRole('link', { name: /Quillfeather/ }).click();
    await lesionCard(page, 'B').getByRole('img').first().click();
    await page.getByRole('heading', { name: 'Reading', exact: true }).waitFor();
    await drop(page, 'main');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Quillfeather, Ottoline').waitFor();
    expect(await dialog.getByRole('button').nth(1).textContent()).toContain('B');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.close();
  });

  test('an image pasted on a patient’s page asks for the lesion', async () => {
    const page = await openPatient('Nakamura');
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['abc'], 'pasted.png', { type: 'image/png' }));
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
    });
    await page.getByText('pasted.png will be imported and read.').waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^A .*image/ })
      .waitFor();
    await page.keyboard.press('Enter');
    await lesionCard(page, 'A').getByRole('img').nth(1).waitFor();
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localDay, monthsAfter } from '../../src/clinic/entities/days.ts';
import type { Surroundings } from '../../src/station/contract/index.ts';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';

const suite = 'the user interface in a real browser';
const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const picture = (name: string, size: number) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: Buffer.alloc(size),
});

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('the recovery key stays on the screen until it is confirmed as kept', async () => {
    const page = await browser.open({ scenario: 'first' });
    await page.getByRole('button', { name: 'Create your clinic' }).click();
    await page.getByLabel('Clinic name').fill('Riverside');
    await page.getByLabel('Your name').fill('Dr Winter');
    await page.getByLabel('Passphrase', { exact: true }).fill('correct horse battery');
    await page.getByLabel('Repeat passphrase').fill('correct horse battery');
    await page.getByRole('button', { name: 'Create clinic' }).click();
    await page.getByText('K7QX-29MD').waitFor();
    await page.evaluate(() => window.fakeStation.changed('session'));
    expect(await page.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'I have printed or written it down' }).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: 'Worklist' }).waitFor();
    expect(await page.getByText('K7QX-29MD').count()).toBe(0);
    await page.close();
  });

  test('that a screen is printed or saved as a PDF is told by what it is of, whoever asks for it', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByText('Quillfeather').first().waitFor();
    const printed = () => page.evaluate(() => window.fakeStation.printed);
    await page.pdf();
    await expect.poll(printed).toEqual(['screen:patients']);
    await page.getByText('Quillfeather').first().click();
    await page.getByRole('button', { name: 'Add lesion' }).first().waitFor();
    const [, patientId] = /#\/patients\/([0-9a-f-]+)/.exec(page.url()) ?? [];
    await page.pdf();
    await expect.poll(printed).toEqual(['screen:patients', `patient:${patientId}`]);
    await page.close();
  });

  test('a passphrase typed differently the second time creates nothing', async () => {
    const page = await browser.open({ scenario: 'first' });
    await page.getByRole('button', { name: 'Create your clinic' }).click();
    await page.getByLabel('Clinic name').fill('Riverside');
    await page.getByLabel('Your name').fill('Dr Winter');
    await page.getByLabel('Passphrase', { exact: true }).fill('correct horse battery');
    await page.getByLabel('Repeat passphrase').fill('correct horse bakery');
    await page.keyboard.press('Enter');
    await page.getByText('The two passphrases differ.').waitFor();
    expect(await page.evaluate(() => window.fakeStation.clinic.users.length)).toBe(0);
    await page.close();
  });

  test('locking removes the patients from the page, and unlocking brings the screen back', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByText('Quillfeather').first().waitFor();
    await page.keyboard.press('Control+l');
    await page.getByRole('button', { name: 'Unlock' }).waitFor();
    expect(await page.content()).not.toContain('Quillfeather');
    await page.getByLabel('Passphrase', { exact: true }).fill('anything');
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByText('Quillfeather').first().waitFor();
    await page.close();
  });

  test('locking hides the patients even while the station is out of reach', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByText('Quillfeather').first().waitFor();
    await page.evaluate(() => window.fakeStation.leave());
    await page.getByText('Reconnecting').waitFor();
    expect(await page.content()).not.toContain('Quillfeather');
    await page.getByRole('button', { name: 'Lock as soon as it is back' }).click();
    await page.getByText('Locking').waitFor();
    await page.evaluate(() => {
      window.fakeStation.isAway = false;
    });
    await page.getByRole('button', { name: 'Unlock' }).waitFor();
    await page.close();
  });

  test('after a lost connection the page shows what changed meanwhile', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByText('Quillfeather').first().waitFor();
    await page.evaluate(() => {
      const { fakeStation } = window;
      fakeStation.leave();
      Object.assign(fakeStation.clinic.patients[0] ?? {}, { familyName: 'Renamed' });
      fakeStation.isAway = false;
    });
    await page.getByText('Renamed').first().waitFor();
    expect(await page.getByText('Reconnecting').count()).toBe(0);
    await page.close();
  });

  test('the worklist is reviewed by keyboard alone, image after image', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.locator('[data-row]').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByText('1 of 10').waitFor();
    await page.keyboard.press('4');
    await page.keyboard.press('m');
    await page.getByRole('radio', { name: 'Melanocytic naevus', checked: true }).waitFor();
    await page.getByRole('radio', { name: 'Monitor', checked: true }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Choose a day.').waitFor();
    // The key has led to the spans.
    await page.keyboard.press('Space');
    await page.getByRole('radio', { name: '3 months', checked: true }).waitFor();
    await page.getByRole('textbox', { name: 'Note' }).fill('5 mm, stable');
    await page.keyboard.press('Control+Enter');
    await page.getByText('1 of 9').waitFor();
    const saved = await page.evaluate(() =>
      window.fakeStation.clinic.images.flatMap(({ reviews }) => reviews),
    );
    expect(saved).toContainEqual(
      expect.objectContaining({
        ...{ impression: 'nv', decision: 'monitor', note: '5 mm, stable' },
        dueOn: monthsAfter(localDay(new Date()), 3),
      }),
    );
    await page.close();
  });

  test('a review without an impression or a decision is not saved, and says what is missing', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.locator('[data-row]').first().click();
    await page.getByRole('radio', { name: 'Biopsy' }).check();
    await page.getByRole('button', { name: 'Save review' }).click();
    await page.getByText('Choose an impression first.').waitFor();
    await page.close();
  });

  test('a review that is begun is there again after another image, and after a lock', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    const note = page.getByRole('textbox', { name: 'Note' });
    await page.locator('[data-row]').first().click();
    await page.getByRole('radio', { name: 'Biopsy' }).check();
    await note.fill('blue veil?');
    await page.keyboard.press('Tab');
    await page.keyboard.press('j');
    await page.getByText('2 of 10').waitFor();
    expect(await note.inputValue()).toBe('');
    await page.keyboard.press('k');
    await page.getByText('1 of 10').waitFor();
    expect(await note.inputValue()).toBe('blue veil?');

    await page.keyboard.press('Tab');
    await page.keyboard.press('g');
    await page.getByText('Review begun').waitFor();
    expect(await page.getByText('Review begun').count()).toBe(1);
    await page.locator('[data-row]').first().click();
    await note.fill('blue veil, central');
    await page.keyboard.press('Control+l');
    await page.getByLabel('Passphrase').fill('correct horse battery');
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByText('You began this earlier.').waitFor();
    expect(await note.inputValue()).toBe('blue veil, central');
    await page.getByRole('radio', { name: 'Biopsy', checked: true }).waitFor();
    await page.getByRole('button', { name: 'Begin anew' }).click();
    expect(await note.inputValue()).toBe('');
    await page.close();
  });

  test.each([420, 800, 1000, 1440])(
    'nothing in the top bar is cut off in a window %i pixels wide',
    async (widthPx) => {
      const page = await browser.open({ hash: '#/worklist', widthPx });
      const cut = await page.locator('.top').evaluate((top) => {
        const { left, right } = top.getBoundingClientRect();
        return [...top.querySelectorAll('a, button')]
          .filter((link) => {
            const box = link.getBoundingClientRect();
            return box.left < left || box.right > right || link.scrollWidth > link.clientWidth;
          })
          .map((link) => link.textContent || link.getAttribute('aria-label'));
      });
      expect(cut).toEqual([]);
      await page.close();
    },
  );

  test('says that it is about to lock, until somebody moves', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.locator('[data-row]').first().waitFor();
    await page.evaluate(() => window.fakeStation.warnOfLock(30_000));
    await page.getByRole('alert').getByText('locking in 30 seconds').waitFor();
    await page.evaluate(() => {
      window.fakeStation.presence.length = 0;
    });
    await page.mouse.move(200, 200);
    await page.waitForFunction(() => window.fakeStation.presence.length > 0);
    await page.close();
  });

  test('says that the computer’s clock is behind the records, until it is right again', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    const tell = (clockBehind: Surroundings['clockBehind']) =>
      page.evaluate((told) => {
        window.fakeStation.surroundings = { share: null, clockBehind: told };
        window.fakeStation.changed('session');
      }, clockBehind);
    await tell({ now: '2024-03-12T09:10:00.000Z', recordedAt: '2026-11-27T17:00:00.000Z' });
    const alert = page.getByRole('alert').getByText('This computer’s clock says Mar 12, 2024');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('records of Nov 27, 2026');
    await tell(null);
    await alert.waitFor({ state: 'detached' });
    await page.close();
  });

  test('says on the start screen that the data folder is on a network share', async () => {
    const page = await browser.open({ scenario: 'first' });
    await page.evaluate(() => {
      const share = { kind: 'SMB', folder: '/mnt/practice/dermaspike' };
      window.fakeStation.surroundings = { share, clockBehind: null };
      window.fakeStation.changed('session');
    });
    await page.getByText('/mnt/practice/dermaspike is on a network share (SMB)').waitFor();
    await page.close();
  });

  test('imports go on while another screen is shown, and every file’s end is told', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByRole('link', { name: /Sørensen/ }).click();
    await page.getByRole('button', { name: 'Add lesion' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Label').fill('Left heel');
    await dialog.getByLabel('Body site').selectOption('Foot');
    await dialog.getByRole('button', { name: 'Add lesion' }).click();
    await page
      .getByLabel('Choose images')
      .setInputFiles([
        picture('one.jpg', 12),
        picture('empty.jpg', 0),
        picture('notes.txt', 3),
        picture('IMG_4203.jpg', 7),
        picture('two.jpg', 40),
      ]);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page
      .getByRole('button', { name: 'Imports: 2 imported, 1 already there, 2 failed' })
      .click();
    await page.getByText('empty.jpg is empty').waitFor();
    await page.getByText('Already stored, nothing added').waitFor();
    await page
      .getByRole('region', { name: 'Imports' })
      .getByRole('link', { name: 'Quillfeather, Ottoline' })
      .click();
    await expect.poll(() => heading(page).textContent()).toBe('Lesion A');
    await page
      .getByRole('banner')
      .getByText('Quillfeather, Ottoline')
      .filter({ visible: true })
      .waitFor();
    await page.close();
  });

  test('imports wait while the clinic is locked and go on once it is unlocked', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByRole('link', { name: /Nakamura/ }).click();
    const files = Array.from({ length: 6 }, (_, index) =>
      picture(`burst-${index}.jpg`, index + 30),
    );
    await page.getByLabel('Choose images').setInputFiles(files);
    await page.getByRole('button', { name: /to go, 2 imported/ }).waitFor();
    await page.keyboard.press('Control+l');
    await page.getByText(/Their import goes on once you unlock/).waitFor();
    expect(await page.content()).not.toContain('burst-');
    await page.getByLabel('Passphrase', { exact: true }).fill('anything');
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('button', { name: 'Imports: 6 imported' }).waitFor();
    await page.close();
  });

  test('an image that is dropped on a lesion goes to that lesion', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByRole('link', { name: /Quillfeather/ }).click();
    const lesion = page.getByRole('region', { name: 'Lesion B' });
    await lesion.evaluate((element) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['xyz'], 'dropped.jpg', { type: 'image/jpeg' }));
      const options = { bubbles: true, cancelable: true, dataTransfer };
      element.dispatchEvent(new DragEvent('dragenter', options));
      element.dispatchEvent(new DragEvent('drop', options));
    });
    await lesion.scrollIntoViewIfNeeded();
    await lesion.getByRole('img').nth(2).waitFor();
    await page.close();
  });

  test('a place on the body map is named for the patient’s side, by key as by pointer', async () => {
    const page = await browser.open({ hash: '#/patients' });
    await page.getByRole('link', { name: /Quillfeather/ }).click();
    const front = page.getByRole('group', { name: /Body map, front/ });
    const box = await front.boundingBox();
    if (!box) throw new Error('The figure is not shown.');
    const arm = front.getByRole('button', { name: 'Left upper arm', exact: true });
    const armBox = await arm.boundingBox();
    expect(armBox?.x).toBeGreaterThan(box.x + box.width / 2);
    await arm.click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Body site').inputValue()).toBe('upper-arm');
    expect(await dialog.getByLabel('Side').inputValue()).toBe('left');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await arm.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    expect(await dialog.getByLabel('Side').inputValue()).toBe('right');
    await page.close();
  });

  test('an archived patient and a removed image come back with Undo', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.locator('[data-row]').first().click();
    await page.getByRole('button', { name: 'Remove image' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The image is back.').waitFor();
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByText(/^Archived on/).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(/^Archived on/).waitFor({ state: 'detached' });
    await page.close();
  });

  test('the chosen appearance is kept by the station, and nothing in the browser', async () => {
    const page = await browser.open({ hash: '#/settings/you' });
    await page.getByRole('radio', { name: 'Dark' }).check();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    await expect
      .poll(() => page.evaluate(() => window.fakeStation.clinic.screenSettings.theme))
      .toBe('dark');
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    await page.close();
  });

  test('a choice made in another window is followed', async () => {
    const page = await browser.open({ hash: '#/settings/you' });
    await page.evaluate(() => {
      window.fakeStation.clinic.screenSettings = {
        theme: 'dark',
        singleKeys: false,
        language: null,
      };
      window.fakeStation.changed('settings');
    });
    await page.locator('html[data-theme=dark]').waitFor();
    expect(await page.getByRole('checkbox', { name: /single key/ }).isChecked()).toBe(false);
    await page.close();
  });

  test('a screen that cannot be drawn says so, and the others go on', async () => {
    const page = await browser.open({ hash: '#/settings/keys' });
    await page.evaluate(() => {
      const proto = Intl.DateTimeFormat.prototype;
      const whole = Object.getOwnPropertyDescriptor(proto, 'format') ?? {};
      const mended = () => Object.defineProperty(proto, 'format', whole);
      Object.defineProperty(proto, 'format', {
        configurable: true,
        get: () => {
          throw new RangeError('The clock is broken.');
        },
      });
      Object.assign(window, { mended });
    });
    const errors = browser.consoleErrors.length;
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('heading', { name: 'This screen could not be shown' }).waitFor();
    await page.getByRole('link', { name: 'Keyboard' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Settings' }).waitFor();
    await page.evaluate(() => Reflect.get(window, 'mended')());
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Audit log' }).waitFor();
    browser.consoleErrors.splice(errors);
    await page.close();
  });

  test('the reading is held back until an impression is chosen, where the clinician wants that', async () => {
    const page = await browser.open({ hash: '#/settings/clinic' });
    await page.getByRole('checkbox', { name: /impression before showing/ }).check();
    await page.getByRole('link', { name: 'Worklist' }).click();
    await page.locator('[data-row]').first().click();
    const reading = page.getByRole('region', { name: 'Reading' });
    await reading.getByText('Choose your impression first').waitFor();
    expect(await reading.textContent()).not.toMatch(/\d\s%/);
    await page.keyboard.press('5');
    await reading.getByText('not a diagnosis').waitFor();
    await reading.getByText('Details', { exact: true }).click();
    const classes = reading.getByRole('list', { name: /Chance of each class/ });
    expect(await classes.getByRole('listitem').count()).toBe(7);

    // What was said first stays on record; why it was changed is asked.
    const why = page.getByLabel('Why another impression now?');
    expect(await why.count()).toBe(0);
    await page.keyboard.press('1');
    await why.selectOption('The reading convinced me');
    await page.keyboard.press('5');
    expect(await why.count()).toBe(0);
    await page.keyboard.press('1');
    await page.keyboard.press('b');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Review saved.').waitFor();
    await page.getByRole('button', { name: 'Back to it' }).click();
    const history = page.getByRole('list', { name: 'Reviews, newest first' });
    await history.getByText('Before the reading was shown:').waitFor();
    await history.getByText('Reason: The reading convinced me').waitFor();
    await page.close();
  });

  test('a reading that fails says why, and the image can still be reviewed', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.getByRole('link', { name: /Abendroth/ }).click();
    await page.getByRole('button', { name: 'Read now' }).click();
    await page.getByText('The emulator stopped twice').waitFor();
    await page.getByRole('button', { name: 'Save review' }).waitFor();
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});

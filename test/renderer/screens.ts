import type { Page } from 'playwright-core';
import type { PageOptions } from './browser.ts';
import { chooseProved, openProgram, proved } from './fake-updates.ts';
import { openCompare, openLesion } from './lesion-pages.ts';
import { measuringScreens } from './measuring-screens.ts';
import { opinionScreens } from './opinion-screens.ts';
import { overviewScreens } from './overview-screens.ts';
import { rightsScreens } from './rights-screens.ts';
import { settingsScreens } from './settings-screens.ts';
import { unlockOlder } from './start-pages.ts';

export interface ScreenUnderTest extends PageOptions {
  readonly name: string;
  /** Brings the page into the state to look at. */
  readonly arrange?: (page: Page) => Promise<unknown>;
}

const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole('button', { name }).first().click();

const openPatient = (page: Page) =>
  page
    .getByRole('link', { name: /Quillfeather/ })
    .first()
    .click();

/** From the worklist. */
const openFirstImage = async (page: Page) => {
  await page.getByRole('link', { name: /Quillfeather.*upper back/ }).click();
  await page.getByRole('img', { name: /Lesion A/ }).waitFor();
};

/** Opens a lesion's menu and runs a command of it. */
const lesionCommand = (name: string) => async (page: Page) => {
  await openPatient(page);
  await page
    .getByRole('region', { name: 'Lesion A', exact: true })
    .getByRole('button', { name: 'More' })
    .click();
  await page.getByRole('menuitem', { name }).click();
};

/** A patient with images that came and went, a closed, a removed and a merged lesion. */
const openCorrectedPatient = async (page: Page) => {
  await page.evaluate(() => {
    const { clinic } = window.fakeStation;
    const [a, b, c, d, other] = clinic.lesions;
    const [first, second, third, fourth] = clinic.images;
    if (!a || !b || !c || !d || !other || !first || !second || !third || !fourth) return;
    const movedAt = new Date().toISOString();
    clinic.moves.push({ imageId: fourth.stored.id, from: b.id, to: a.id, movedAt });
    fourth.stored.lesionId = a.id;
    clinic.moves.push({ imageId: second.stored.id, from: a.id, to: other.id, movedAt });
    second.stored.lesionId = other.id;
    third.stored.removedAt = movedAt;
    c.closure = { on: '2025-03-01', reason: 'excised' };
    Object.assign(d, { removedAt: movedAt, mergedInto: b.id, note: 'flat, 3 mm' });
    window.fakeStation.changed('images', 'lesions');
  });
  await openPatient(page);
  await page.getByText('Removed and merged').click();
  await page.getByRole('button', { name: 'Take apart again' }).waitFor();
};

/** Where the backups are looked after. */
export const seeBackups = (page: Page) =>
  page.getByRole('button', { name: 'Back up now' }).waitFor();

/** On the start screen, in the place of a clinic that is there. */
export const lookForBackups = async (page: Page, folder = '/media/replace') => {
  await page.getByRole('button', { name: 'Restore a backup' }).click();
  await page.getByLabel('Folder with the backups').fill(folder);
  await page.getByRole('button', { name: 'Look for backups' }).click();
  await page.getByLabel('Backup', { exact: true }).waitFor();
};

/** Chooses labels and two images, and waits for what they show. */
export const checkNetwork = async (page: Page) => {
  await page.getByRole('button', { name: 'Check the network on own images' }).click();
  const dialog = page.getByRole('dialog');
  const csv = {
    name: 'labels.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('image_id,dx\na,nv'),
  };
  await dialog.getByLabel('Labels').setInputFiles(csv);
  await dialog.getByLabel('Images').setInputFiles(threeFiles);
  await dialog.getByRole('button', { name: 'Begin' }).click();
  await dialog.getByRole('button', { name: 'Keep' }).waitFor();
};

export const threeFiles = [
  { name: 'new.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(21) },
  { name: 'IMG_4203.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(11) },
  { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.alloc(31) },
];

/** Every screen, and the states in which it shows something else. */
export const screens: readonly ScreenUnderTest[] = [
  { name: 'the welcome', scenario: 'first' },
  { name: 'the form for a new clinic', scenario: 'first', arrange: press('Create your clinic') },
  { name: 'the folder to restore from', scenario: 'first', arrange: press('Restore a backup') },
  { name: 'the choice of a backup', scenario: 'locked', arrange: (page) => lookForBackups(page) },
  { name: 'the unlock form', scenario: 'locked' },
  { name: 'the refusal of an older clinic', scenario: 'locked', arrange: unlockOlder },
  { name: 'the backups', hash: '#/settings/backup', arrange: seeBackups },
  {
    name: 'no folder for backups yet',
    hash: '#/settings/backup',
    arrange: async (page) => {
      await seeBackups(page);
      await page.evaluate(() => {
        const { backups } = window.fakeStation;
        backups.forget();
        backups.reminder = { what: 'no-folder', since: null };
        window.fakeStation.changed('backups');
      });
      await page.getByLabel('Folder for backups').waitFor();
    },
  },
  {
    name: 'a backup under way after one that failed',
    hash: '#/settings/backup',
    arrange: async (page) => {
      await seeBackups(page);
      await page.evaluate(() => {
        const { backups } = window.fakeStation;
        const problem =
          'The folder /media/backup is not there. Connect the medium, then try again.';
        backups.state = { ...backups.state, problem, kept: [] };
        backups.reminder = { what: 'failed', since: backups.state.lastAt };
        backups.tell('make', 0.35);
        window.fakeStation.changed('backups');
      });
      await page.getByRole('button', { name: 'Stop' }).waitFor();
    },
  },
  {
    name: 'the proof of a backup',
    hash: '#/settings/backup',
    arrange: async (page) => {
      await seeBackups(page);
      await press('Prove by restoring…')(page);
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'the recovery form', scenario: 'locked', arrange: press('Use the recovery key') },
  { name: 'a clinic that cannot be opened', scenario: 'newer' },
  { name: 'the worklist', hash: '#/worklist' },
  { name: 'an empty worklist', scenario: 'empty', hash: '#/worklist' },
  {
    name: 'the worklist with rows selected and the views open',
    scenario: 'large',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.locator('[data-row]').first().focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('Shift+ArrowDown');
      await press('Views')(page);
    },
  },
  {
    name: 'selected lesions as examples',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.locator('[data-row]').first().focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('Shift+ArrowDown');
      await press('Use as examples…')(page);
      await page.getByRole('list', { name: 'Images' }).waitFor();
    },
  },
  {
    name: 'the saved views',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.getByRole('checkbox', { name: /^Suspicious/ }).check();
      await press('Views')(page);
      await page.getByRole('menuitem', { name: 'Save or remove' }).click();
      await page.getByLabel('Save filters').fill('Mondays');
      await press('Save view')(page);
      await press('Views')(page);
      await page.getByRole('menuitem', { name: 'Save or remove' }).click();
      await page.getByRole('list', { name: 'Your views' }).waitFor();
    },
  },
  {
    name: 'a worklist of which nothing matches',
    hash: '#/worklist',
    arrange: (page) => page.getByRole('searchbox').fill('nobody'),
  },
  { name: 'the classes', hash: '#/settings/classes' },
  { name: 'a new class', hash: '#/settings/classes', arrange: press('Add class') },
  {
    name: 'where the examples of classes lie',
    hash: '#/settings/classes',
    arrange: (page) =>
      page.getByRole('region', { name: 'Where the examples lie' }).getByRole('link').nth(1).focus(),
  },
  {
    name: 'versions of the classes over time',
    hash: '#/settings/classes',
    arrange: (page) =>
      page.getByRole('region', { name: 'Versions over time' }).scrollIntoViewIfNeeded(),
  },
  { name: 'another name for a class', hash: '#/settings/classes', arrange: press('Rename') },
  { name: 'the merging of classes', hash: '#/settings/classes', arrange: press('Merge') },
  {
    name: 'the import of labelled images',
    hash: '#/settings/classes',
    arrange: async (page) => {
      await press('Import labelled images')(page);
      await page.getByLabel('Choose images and table').setInputFiles(threeFiles.slice(0, 2));
      await page.getByRole('list', { name: 'What would be imported' }).waitFor();
    },
  },
  {
    name: 'the import of another clinic’s class',
    hash: '#/settings/classes',
    arrange: async (page) => {
      await press('Import another clinic’s')(page);
      await page.getByLabel('Choose a class pack').setInputFiles(threeFiles.slice(0, 1));
      await page.getByText('Harbour Dermatology').first().waitFor();
    },
  },
  {
    name: 'the examples of a class',
    hash: '#/settings/classes',
    arrange: press('Show the examples of Squamous cell carcinoma'),
  },
  {
    name: 'the approval of a version',
    hash: '#/settings/classes',
    arrange: press('Approve version 2'),
  },
  {
    name: 'a version beside what reads',
    hash: '#/settings/classes',
    arrange: press('Try it beside what reads'),
  },
  {
    name: 'an image as an example, beside similar cases',
    hash: '#/worklist',
    arrange: async (page) => {
      await openFirstImage(page);
      await page.getByText('Similar cases').click();
      await press('Use as an example')(page);
    },
  },
  { name: 'a lesion through time', hash: '#/worklist', arrange: openLesion },
  {
    name: 'a lesion’s report',
    hash: '#/worklist',
    arrange: async (page) => {
      await openLesion(page);
      await page.getByRole('link', { name: 'Report' }).click();
      await page.getByRole('article', { name: 'Report' }).waitFor();
    },
  },
  {
    name: 'a visit’s report',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await page.getByRole('link', { name: 'Visit’s report' }).click();
      await page.getByRole('article', { name: 'Report' }).waitFor();
    },
  },
  {
    name: 'a lesion without images',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.evaluate(() => {
        location.hash = `#/lesions/${window.fakeStation.clinic.lesions[3]?.id}`;
      });
      await page.getByText('No image yet').waitFor();
    },
  },
  { name: 'two visits compared', hash: '#/worklist', arrange: openCompare },
  {
    name: 'two visits one over the other',
    hash: '#/worklist',
    arrange: async (page) => {
      await openCompare(page);
      await page.keyboard.press('3');
    },
  },
  ...opinionScreens,
  ...overviewScreens,
  { name: 'the follow-ups', hash: '#/follow-ups' },
  { name: 'no follow-up', scenario: 'empty', hash: '#/follow-ups' },
  {
    name: 'a follow-up’s commands',
    hash: '#/follow-ups',
    arrange: press('More'),
  },
  {
    name: 'another day for a follow-up',
    hash: '#/follow-ups',
    arrange: async (page) => {
      await press('More')(page);
      await page.getByRole('menuitem', { name: 'Another day…' }).click();
    },
  },
  {
    name: 'the end of a follow-up',
    hash: '#/follow-ups',
    arrange: async (page) => {
      await press('More')(page);
      await page.getByRole('menuitem', { name: 'End…' }).click();
      await press('End follow-up')(page);
    },
  },
  { name: 'a follow-up to plan', hash: '#/patients', arrange: lesionCommand('Follow up…') },
  { name: 'a finding to enter', hash: '#/patients', arrange: lesionCommand('Histology…') },
  {
    name: 'the checklists',
    hash: '#/worklist',
    arrange: async (page) => {
      await openFirstImage(page);
      await page.getByText('Checklists').click();
      await page.getByRole('checkbox', { name: /Blue-whitish veil/ }).check();
      await press('Mark it')(page);
    },
  },
  {
    name: 'the ABCD rule',
    hash: '#/worklist',
    arrange: async (page) => {
      await openFirstImage(page);
      await page.getByText('Checklists').click();
      await page.getByRole('radio', { name: 'ABCD rule' }).check();
      await press('Save checklist')(page);
    },
  },
  {
    name: 'what the network saw',
    hash: '#/worklist',
    arrange: async (page) => {
      await openFirstImage(page);
      await page.keyboard.press('v');
      await page.getByText('What this shows, and what not').click();
      await page.getByText('Details', { exact: true }).click();
      await press('Spikes and energy')(page);
      await page.getByText('Estimated, not measured').waitFor();
    },
  },
  {
    name: 'a review that asks for a day',
    hash: '#/worklist',
    arrange: async (page) => {
      await openFirstImage(page);
      await page.keyboard.press('m');
      await page.keyboard.press('Control+Enter');
      await page.getByText('Choose a day.').waitFor();
    },
  },
  {
    name: 'the quality',
    hash: '#/settings/quality',
    arrange: (page) => page.getByText('Number needed to excise').waitFor(),
  },
  { name: 'the patients of the demo clinic', scenario: 'demo', hash: '#/patients' },
  { name: 'the form for a new patient', hash: '#/patients', arrange: press('New patient') },
  { name: 'a patient', hash: '#/patients', arrange: openPatient },
  ...['Head', 'Hands', 'Feet'].map((part) => ({
    name: `the map of: ${part}`,
    hash: '#/patients',
    arrange: async (page: Page) => {
      await openPatient(page);
      await page.getByRole('radio', { name: part, exact: true }).check();
      await page.getByRole('button', { name: 'Look closer (+)' }).click();
    },
  })),
  {
    name: 'the upper body on the map, with a lesion’s picture',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await page.getByRole('radio', { name: 'Upper body' }).check();
      await page.locator('.figure__marker').first().hover();
      await page.locator('.peek img').waitFor();
    },
  },
  {
    name: 'a patient’s lesions side by side',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await page.getByRole('button', { name: 'Side by side' }).click();
      await page.getByText('the “ugly duckling”').waitFor();
    },
  },
  { name: 'a patient with corrections', hash: '#/patients', arrange: openCorrectedPatient },
  {
    name: 'the commands of a lesion',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await press('More')(page);
    },
  },
  {
    name: 'the choice of images to move',
    hash: '#/patients',
    arrange: lesionCommand('Move images…'),
  },
  {
    name: 'the question where images belong',
    hash: '#/patients',
    arrange: async (page) => {
      await lesionCommand('Move images…')(page);
      await press('Choose all')(page);
      await press('Choose where to…')(page);
      await page.getByRole('button', { name: 'A new lesion' }).waitFor();
    },
  },
  {
    name: 'the question whose images they are',
    hash: '#/patients',
    arrange: async (page) => {
      await lesionCommand('Move images…')(page);
      await press('Choose all')(page);
      await press('Choose where to…')(page);
      await press('Another patient')(page);
      await page.getByRole('dialog').getByRole('option').first().waitFor();
    },
  },
  { name: 'the closing of a lesion', hash: '#/patients', arrange: lesionCommand('Close…') },
  { name: 'the merging of a lesion', hash: '#/patients', arrange: lesionCommand('Merge into…') },
  { name: 'the removal of a lesion', hash: '#/patients', arrange: lesionCommand('Remove…') },
  {
    name: 'the question about possible doubles',
    hash: '#/patients',
    arrange: async (page) => {
      await press('New patient')(page);
      await page.getByLabel('Family name').fill('Quillfeder');
      await page.getByLabel('Given name').fill('Ottoline');
      await page.getByLabel('Date of birth').fill('1961-03-14');
      await press('Enrol patient')(page);
      await page.getByText('Nearly the same name').waitFor();
    },
  },
  {
    name: 'an edit that somebody else changed meanwhile',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await press('Edit')(page);
      await page.getByLabel('Note').fill('Prefers mornings.');
      await page.evaluate(() => {
        const [patient] = window.fakeStation.clinic.patients;
        Object.assign(patient ?? {}, { note: 'Prefers Tuesdays.', sex: 'other', revision: 2 });
        window.fakeStation.changed('patients');
      });
      await page.getByRole('button', { name: 'Use that' }).waitFor();
    },
  },
  {
    name: 'the form for a new lesion',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await page.getByRole('button', { name: 'Add lesion' }).click();
    },
  },
  {
    name: 'the imports',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await page.getByLabel('Choose images').first().setInputFiles(threeFiles);
      await page
        .getByRole('button', { name: 'Imports: 1 imported, 1 already there, 1 failed' })
        .click();
    },
  },
  { name: 'a reading', hash: '#/worklist', arrange: openFirstImage },
  {
    name: 'a review that was begun earlier, shortly before the lock',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.locator('[data-row]').first().click();
      await page.getByRole('textbox', { name: 'Note' }).fill('Blue veil?');
      await page.keyboard.press('Tab');
      await page.keyboard.press('j');
      await page.getByText(/^2 of \d+$/).waitFor();
      await page.keyboard.press('k');
      await page.getByText('You began this earlier.').waitFor();
      await page.evaluate(() => window.fakeStation.warnOfLock(30_000));
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'a suspicious reading with its details',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.locator('[data-row]').first().click();
      await page.getByText('Suspicious: examine').waitFor();
      await page.getByText('Details', { exact: true }).click();
    },
  },
  { name: 'the accelerators', scenario: 'devices', hash: '#/settings/devices' },
  { name: 'the emulator alone', hash: '#/settings/devices' },
  ...measuringScreens,
  ...settingsScreens,
  ...rightsScreens,
  { name: 'the model card', hash: '#/settings/reading' },
  {
    name: 'the files of a check of the network',
    hash: '#/settings/reading',
    arrange: press('Check the network on own images'),
  },
  {
    name: 'what a check of the network found',
    hash: '#/settings/reading',
    arrange: checkNetwork,
  },
  {
    name: 'the diagnostics',
    hash: '#/settings/reading',
    arrange: async (page) => {
      await page.getByText('Diagnostics, for whoever').click();
      await page.getByText('Dermaspike 0.1.0, network').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'the licences of others',
    hash: '#/settings/reading',
    arrange: async (page) => {
      await page.getByText('Software of others in it').click();
      await page.getByText('react 19.3.1').click();
      await page.getByText('MIT License').scrollIntoViewIfNeeded();
    },
  },
  { name: 'the program in a browser', hash: '#/settings/program' },
  {
    name: 'an update of the program',
    arrange: async (page) => {
      await openProgram(page, { choice: proved });
      await chooseProved(page);
    },
  },
  {
    name: 'the question before a step back',
    arrange: async (page) => {
      const back = { version: '1.1.4', updatedAt: '2026-11-20T09:00:00.000Z', needsCopy: true };
      await openProgram(page, { state: { back } });
      await press(/^Step back/)(page);
    },
  },
  {
    name: 'the question before a patient is erased',
    hash: '#/patients',
    arrange: async (page) => {
      await openPatient(page);
      await press('More')(page);
      await page.getByRole('menuitem', { name: 'Erase for good…' }).click();
      await page.getByRole('heading', { name: 'What goes' }).waitFor();
    },
  },
  { name: 'the keyboard', hash: '#/settings/keys' },
  {
    name: 'the patient search',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('option').first().waitFor();
    },
  },
  { name: 'the shortcuts', hash: '#/worklist', arrange: (page) => page.keyboard.press('?') },
  {
    name: 'a lost connection',
    hash: '#/worklist',
    arrange: async (page) => {
      await page.evaluate(() => window.fakeStation.leave());
      await page.getByText('Reconnecting').waitFor();
    },
  },
];

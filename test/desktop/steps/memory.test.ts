import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { descendants, wordsInMemory } from '../../process-memory.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person } from '../desktop.ts';

const suite = 'the memory of a real Electron';
const passphrase = 'quagmire lanthanum vestibule';
const familyName = 'Zwetschgenbaumer-Quillon';
const words = [passphrase, familyName];

/** As it goes through main, to which the debugger speaks: the page alone turns it round. */
const turned = (text: string) => [...text].reverse().join('');

// Only root looks into another user's program.
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

describe.skipIf(lacks('desktop', suite) || !isRoot)(suite, () => {
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

  /** Fills a field without the keyboard, whose every key main would see. */
  const fill = async (label: string, text: string) => {
    const field = desktop.page.getByLabel(label, { exact: true });
    await field.evaluate((element, turnedText) => {
      const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value');
      own?.set?.call(element, [...turnedText].reverse().join(''));
      element.dispatchEvent(new Event('input', { bubbles: true }));
    }, turned(text));
  };
  const press = (name: string) => desktop.page.getByRole('button', { name }).first().click();
  const pidOf = async (name: string) => (await desktop.processes()).get(name) ?? 0;

  test('main has no passphrase and no patient’s name in its memory, neither while people work nor after the lock', async () => {
    const { page } = desktop;
    await press('Create your clinic');
    await fill('Clinic name', 'Am See');
    await fill('Your name', 'Tester');
    await fill('Passphrase', passphrase);
    await fill('Repeat passphrase', passphrase);
    await press('Create clinic');
    await page
      .getByRole('checkbox', { name: 'I have printed or written it down' })
      .check({ force: true });
    await press('Continue');
    await page.getByRole('link', { name: 'Patients' }).click();
    await press('New patient');
    await fill('Family name', familyName);
    await press('Enrol patient');
    await page.getByRole('button', { name: 'Add lesion' }).first().waitFor();

    const main = await pidOf('Browser');
    const station = await pidOf('station');
    const tab = await pidOf('Tab');
    expect(wordsInMemory(station, words)).toEqual(words);
    expect(wordsInMemory(tab, words)).toEqual(words);
    expect(wordsInMemory(main, words)).toEqual([]);

    await press('Lock');
    await page.getByRole('button', { name: 'Unlock' }).waitFor();
    await expect
      .poll(async () => (await pidOf('station')) !== station, { timeout: 120_000 })
      .toBe(true);
    expect(wordsInMemory(main, words)).toEqual([]);
    // Nor has any other process but the page, which drops what it showed.
    const others = descendants(main).filter((pid) => pid !== tab);
    for (const pid of others) expect([pid, wordsInMemory(pid, words)]).toEqual([pid, []]);
  }, 360_000);
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepScreenSettings, readScreenSettings } from '../../src/station/screen-settings.ts';

const usual = { theme: 'system', singleKeys: true, language: null };
const chosen = { theme: 'dark', singleKeys: false, language: 'fr' } as const;

let root: string;
let dataFolder: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dermaspike-screen-'));
  dataFolder = path.join(root, 'new', 'data');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a screen is as usual until something is chosen, which makes the folder for this user alone', () => {
  expect(readScreenSettings(dataFolder)).toEqual(usual);
  keepScreenSettings(dataFolder, chosen);
  expect(readScreenSettings(dataFolder)).toEqual(chosen);
  const text = `${JSON.stringify(chosen, null, 2)}\n`;
  expect(readFileSync(path.join(dataFolder, 'screen.json'), 'utf8')).toBe(text);
  if (process.platform !== 'win32') expect(statSync(dataFolder).mode & 0o777).toBe(0o700);
});

test.each(['{"theme":', '{"theme":"mauve","singleKeys":true,"language":null}', '[]'])(
  'it is as usual where what was chosen is damaged: %s',
  (text) => {
    keepScreenSettings(dataFolder, chosen);
    writeFileSync(path.join(dataFolder, 'screen.json'), text);
    expect(readScreenSettings(dataFolder)).toEqual(usual);
  },
);

test('a choice that cannot be saved is said to hold until the program ends, with the place', () => {
  const file = path.join(dataFolder, 'screen.json');
  mkdirSync(`${file}.tmp/in-the-way`, { recursive: true });
  expect(() => keepScreenSettings(dataFolder, chosen)).toThrow(
    expect.objectContaining({ code: 'not-saved', message: expect.stringContaining(file) }),
  );
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { speakAsTheScreens } from '../../electron/language.ts';
import { locale, speak, t } from '../../src/language/index.ts';
import { app } from './fake-electron.ts';

vi.mock('electron', () => import('./fake-electron.ts'));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-language-'));
});
afterEach(() => {
  speak('en', {});
  return rm(folder, { recursive: true });
});

const choose = (language: string | null) =>
  writeFile(
    path.join(folder, 'screen.json'),
    JSON.stringify({ theme: 'system', singleKeys: true, language }),
  );

test('menus and dialogs speak what the system prefers of the languages that there are, in its region', async () => {
  app.systemLanguages = ['ja-JP', 'de-CH', 'en-GB'];
  await speakAsTheScreens(folder);
  expect([t('Cancel'), locale()]).toEqual(['Abbrechen', 'de-CH']);
  app.systemLanguages = ['ja-JP'];
  await speakAsTheScreens(folder);
  expect([t('Cancel'), locale()]).toEqual(['Cancel', 'en-GB']);
});

test('what was chosen for the screens comes first, and a damaged file is none', async () => {
  app.systemLanguages = ['de-CH', 'fr'];
  await choose('fr');
  await speakAsTheScreens(folder);
  expect([t('Cancel'), locale()]).toEqual(['Annuler', 'fr-FR']);
  await choose('klingon');
  await speakAsTheScreens(folder);
  expect(t('Cancel')).toBe('Abbrechen');
});

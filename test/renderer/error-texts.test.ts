import { afterAll, expect, test, vi } from 'vitest';

/** In a language of the test's own words: the real catalogues change with every text. */
async function speaking(language: 'en' | 'de', catalogue: Readonly<Record<string, string>>) {
  vi.resetModules();
  const { speak } = await import('../../src/language/index.ts');
  speak(language, catalogue);
  const { RemoteError } = await import('../../src/processes/contract.ts');
  const { errorText } = await import('../../renderer/src/station/errors.ts');
  return (code: string, message: string) => errorText(new RemoteError({ code, message }));
}

afterAll(() => vi.resetModules());

test('in English the station’s own sentence is shown as it is', async () => {
  const said = await speaking('en', {});
  const message = 'The file IMG_{1}.jpg is cut short after 10 %. Copy it from the camera again.';
  expect(said('damaged-image', message)).toBe(message);
});

test('in another language the code is said in it, and what the station said behind it', async () => {
  const said = await speaking('de', {
    'The image file is damaged.': 'Die Bilddatei ist beschädigt.',
  });
  expect(said('damaged-image', 'IMG_{1}.jpg is cut short after 10 %.')).toBe(
    'Die Bilddatei ist beschädigt. (IMG_{1}.jpg is cut short after 10 %.)',
  );
});

test('a sentence of the station that has a translation is not said twice', async () => {
  const english = 'The file was damaged on its way. Ask for it again.';
  const german = 'Die Datei wurde unterwegs beschädigt. Fordern Sie sie noch einmal an.';
  const said = await speaking('de', { [english]: german });
  expect(said('case-damaged', english)).toBe(german);
});

test('a code that nobody knows, or one named like what every object has, loses nothing', async () => {
  const said = await speaking('de', {});
  expect(said('of-tomorrow', 'Something new.')).toBe('Something new.');
  expect(said('constructor', 'Something odd.')).toBe('Something odd.');
  expect(said('damaged-image', 'constructor')).toBe('The image file is damaged. (constructor)');
});

test('what the window says itself is in the spoken language', async () => {
  const lost = 'The connection to the station was lost. Wait until it is back, then try again.';
  const said = await speaking('de', { [lost]: 'Keine Verbindung.' });
  expect(said('link-closed', 'The connection to the service was lost.')).toBe('Keine Verbindung.');
});

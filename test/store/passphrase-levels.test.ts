import { beforeEach, expect, test, vi } from 'vitest';
import { assertStrong, passphraseStrength } from '../../src/store/passphrase.ts';
import { expectRefusal } from './harness.ts';

/** How many guesses a text is worth, and what was asked. */
const guesser = vi.hoisted(() => ({
  guesses: (_text: string): number => 0,
  asked: [] as { text: string; known: readonly string[] }[],
}));
vi.mock('../../src/store/guesser.ts', () => ({
  loadGuesser: async () => ({
    check: (text: string, known: readonly string[] = []) => {
      guesser.asked.push({ text, known });
      return { guesses: guesser.guesses(text) };
    },
  }),
}));
beforeEach(() => {
  guesser.guesses = () => Number.POSITIVE_INFINITY;
  guesser.asked = [];
});

const level = async (passphrase: string, names: readonly string[] = []) =>
  (await passphraseStrength(passphrase, names)).level;

test.each([
  [1e9 - 1, 1],
  [1e9, 2],
  [1e10 - 1, 2],
  [1e10, 3],
  [1e13 - 1, 3],
  [1e13, 4],
])('one that takes %d guesses is of level %i', async (guesses, expected) => {
  guesser.guesses = () => guesses;
  expect(await level('copper lantern')).toBe(expected);
  if (expected > 1) await assertStrong('copper lantern', []);
  else await expectRefusal('weak-passphrase', () => assertStrong('copper lantern', []));
});

test('ten characters are enough, of five kinds, whatever they are made of', async () => {
  expect(await level('abcdefghi')).toBe(0);
  expect(await level('abcdefghij')).toBe(4);
  expect(await level('𝒶𝒷𝒸𝒹𝑒𝒻𝑔𝒽𝒾')).toBe(0);
  expect(await level('abcdabcdab')).toBe(1);
  expect(await level('abcdeabcde')).toBe(4);
});

test.each([
  // Once the names are taken out the last word is left, of four letters or of five.
  ['Ada Grün', 'ada gruen vwxy', 1],
  ['Ada Grün', 'ada gruen vwxyz', 4],
  // A common guess is taken out as a name is.
  ['Nobody', 'clinic ! vwxy', 1],
  ['Nobody', 'clinic ! vwxyz', 4],
  // A name of three letters counts, one of two is too short to.
  ['Ada', 'ada ada ada vwxy', 1],
  ['Bo', 'bo bo bo bo vwxy', 4],
  // The longer name first: its end is not left over.
  ['Ann Annabelle', 'annabelle vwxy', 1],
  ['Annabelle Ann', 'annabelle vwxy', 1],
] as const)('of %s the passphrase "%s" is of level %i', async (name, passphrase, expected) => {
  expect(await level(passphrase, [name])).toBe(expected);
});

test.each([
  [1e6 - 1, 1],
  [1e6, 4],
])(
  'what is left without the names is to be worth a thousandth of the guesses: %d are level %i',
  async (guesses, expected) => {
    guesser.guesses = (text) => (text.includes('ada') ? Number.POSITIVE_INFINITY : guesses);
    expect(await level('ada vwxyz vwxyz', ['Ada'])).toBe(expected);
  },
);

test('of one without a name in it nothing else is looked at', async () => {
  expect(await level('copper lantern', ['Ada'])).toBe(4);
  expect(guesser.asked.map(({ text }) => text)).toEqual(['copper lantern']);
});

test('the weaker of a text and what it is without its marks counts, and neither is looked at twice', async () => {
  guesser.guesses = (text) => (text === 'tulpenwiese' ? 1e9 : Number.POSITIVE_INFINITY);
  expect(await level('Tülpenwiese')).toBe(2);
  expect(guesser.asked.map(({ text }) => text)).toEqual(['Tülpenwiese', 'tulpenwiese']);
  guesser.asked = [];
  expect(await level('Tulpen-wiese')).toBe(4);
  expect(guesser.asked.map(({ text }) => text)).toEqual(['Tulpen-wiese']);
});

test('of a very long one the first 64 characters are looked at, also of what is left without names', async () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789';
  expect(await level(`ada${letters}`, ['Ada'])).toBe(4);
  expect(guesser.asked.map(({ text }) => text)).toEqual([
    letters.slice(0, 64),
    `ada${letters.slice(0, 61)}`,
  ]);
});

test('who guesses knows the names, in each spelling, and the common words', async () => {
  await level('copper lantern', ['Ada Grün', 'Hautklinik am See']);
  const known = guesser.asked.at(-1)?.known;
  expect(known).toEqual(
    expect.arrayContaining(['ada', 'grun', 'gruen', 'hautklinik', 'password', 'dermaspike']),
  );
});

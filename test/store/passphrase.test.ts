import { expect, test } from 'vitest';
import { assertStrong, passphraseStrength } from '../../src/store/passphrase.ts';
import { expectRefusal } from './harness.ts';

const names = ['Ada Grün'];

test.each([
  ['123456789', 0, 'Too short: it needs at least 10 characters.'],
  ['abcdabcdabcd', 1, 'It repeats the same few characters.'],
  ['abcdeabcdeab', 1, 'Others would soon guess it'],
  ['Ada Grun 2026', 1, 'It is little more than a name or a common password'],
  ['Ada Grun 2026x', 1, 'It is little more than a name or a common password'],
  ['Ada Grün 2026x', 1, 'It is little more than a name or a common password'],
  ['ada-gruen-1967!', 1, 'It is little more than a name or a common password'],
  ['another long passphrase', 3, 'Strong.'],
  ['Grün lantern orchard', 4, 'Very strong.'],
  ['letmein123', 1, 'Others would soon guess it'],
  ['tulip maroon', 2, 'Fair. One more word would make it strong.'],
  ['zk8!vQ2x#Lp0', 3, 'Strong.'],
  ['copper lantern orchard', 4, 'Very strong.'],
  ['Tisch Himmel Brücke Gans', 4, 'Very strong.'],
  ['jardin fenêtre citron loutre', 4, 'Very strong.'],
  ['ventana limón nutria', 4, 'Very strong.'],
] as const)('the passphrase "%s" is of level %i: %s', async (passphrase, level, advice) => {
  const strength = await passphraseStrength(passphrase, names);
  expect(strength.level).toBe(level);
  expect(strength.advice).toContain(advice);
  expect(strength.advice.endsWith('strong and easy to remember.')).toBe(level < 2);
});

test.each([
  ...['sommer2026', 'Sommer2026!', 'SOMMER 2026', 'Frühling2026', 'Fruehling2026', 'Fruhling2026'],
  ...['schluessel1', 'Schlüssel123', 'Krankenhaus1', 'Geheimnis99', 'guten morgen', 'pässwört12'],
  ...['Passwort2026', 'Kennwort 123'],
  ...['motdepasse1', 'MotDePasse1', 'mot de passe 1', 'Mot-de-passe!1', 'été2026été', 'bonjour123'],
  ...['Printemps2026', 'soleil2026', 'Médecin2026', 'medecin2026'],
  ...['contraseña', 'Contraseña1', 'contrasena1', 'CONTRASEÑA 2026', 'montaña2026', 'montana2026'],
  ...['verano2026', 'hola123456', 'español2026'],
  // The mark for itself, as some systems write it.
  'contrasen\u0303a1',
])(
  'what speakers of German, French and Spanish guess first is refused: "%s"',
  async (passphrase) => {
    expect(await passphraseStrength(passphrase, names)).toMatchObject({ level: 1 });
  },
);

test('one of level 2 is taken, and one below is not', async () => {
  await assertStrong('tulip maroon', names);
  await expectRefusal('weak-passphrase', () => assertStrong('letmein123', names));
});

import { expect, test } from 'vitest';
import { newRecoveryKey, parseRecoveryKey } from '../../src/store/recovery-key.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

test('a recovery key is six groups of five symbols, and never the same twice', () => {
  const keys = Array.from({ length: 50 }, newRecoveryKey);
  for (const key of keys) expect(key).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(new Set(keys).size).toBe(keys.length);
});

test('case, blanks, dashes and look-alike letters do not matter', () => {
  const key = newRecoveryKey();
  const symbols = key.replaceAll('-', '');
  expect(parseRecoveryKey(key)).toBe(symbols);
  const typed = key.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('-', ' – ');
  expect(parseRecoveryKey(`  ${typed}\n`)).toBe(symbols);
  expect(parseRecoveryKey(symbols.replaceAll('1', 'I'))).toBe(symbols);
});

test('every single wrong symbol is noticed', () => {
  const symbols = newRecoveryKey().replaceAll('-', '');
  for (let at = 0; at < symbols.length; at++)
    for (const other of alphabet.replace(symbols.charAt(at), ''))
      expect(() => parseRecoveryKey(symbols.slice(0, at) + other + symbols.slice(at + 1))).toThrow(
        /typing error/,
      );
});

test('every exchange of two symbols is noticed', () => {
  const symbols = [...newRecoveryKey().replaceAll('-', '')];
  for (let a = 0; a < symbols.length; a++)
    for (let b = a + 1; b < symbols.length; b++) {
      if (symbols[a] === symbols[b]) continue;
      const swapped = symbols.with(a, symbols[b] ?? '').with(b, symbols[a] ?? '');
      expect(() => parseRecoveryKey(swapped.join(''))).toThrow(/typing error/);
    }
});

test('a key of another length or with strange characters is refused', () => {
  const key = newRecoveryKey();
  for (const typed of ['', key.slice(1), `${key}0`, key.replace(/.$/, 'U'), key.replace(/.$/, 'ß')])
    expect(() => parseRecoveryKey(typed)).toThrow(/30 letters and digits/);
});

test('the keys that were ever printed stay valid', () => {
  const keys = [
    'WYWTW-7GNRM-48ETR-FEP8B-RT9ZJ-AKRAB',
    'GBTW1-3BRGZ-JDM3V-YDRWT-385FT-BDSYW',
    'X2CQV-VAKNH-06FDT-CX863-T2H5E-TQT5S',
  ];
  for (const printed of keys) {
    expect(parseRecoveryKey(printed)).toBe(printed.replaceAll('-', ''));
    const last = printed.at(-1) ?? '';
    for (const other of alphabet.replace(last, ''))
      expect(() => parseRecoveryKey(printed.slice(0, -1) + other)).toThrow(/typing error/);
  }
});

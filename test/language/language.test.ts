import { afterEach, expect, test } from 'vitest';
import { countText } from '../../src/clinic/wording/counts.ts';
import { formatDay } from '../../src/clinic/wording/dates.ts';
import { locale, preferred, speak, t } from '../../src/language/index.ts';

afterEach(() => speak('en', {}));

test('a message is said in the language that is spoken, and in English where it lacks one', () => {
  speak('de', { 'Hello {name}': 'Guten Tag, {name}' });
  expect(t('Hello {name}', { name: 'Ada' })).toBe('Guten Tag, Ada');
  expect(t('Not translated {name}', { name: 'Ada' })).toBe('Not translated Ada');
});

test('what stands in a message is said as it is, whatever it holds', () => {
  const name = "O'Neill {x} <b> # \\u0041";
  expect(t('Hello {name}', { name })).toBe(`Hello ${name}`);
});

test('counts, dates and numbers are those of the language and the region', () => {
  const days = () => formatDay('2026-03-02');
  expect([countText(1, 'image'), countText(1200, 'image'), days()]).toEqual([
    '1 image',
    '1,200 images',
    '2 Mar 2026',
  ]);
  const image = '{count, plural, one {# image} other {# images}}';
  speak('de', { [image]: '{count, plural, one {# Bild} other {# Bilder}}' });
  expect([countText(1, 'image'), countText(1200, 'image'), days()]).toEqual([
    '1 Bild',
    '1.200 Bilder',
    '02.03.2026',
  ]);
  // One and a half are one for French.
  speak('fr', { [image]: '{count, plural, one {# image} other {# images}}' }, 'fr-CA');
  expect([countText(0, 'image'), locale()]).toEqual(['0 image', 'fr-CA']);
});

test('the first language that there is a catalogue of is preferred, in its own region; a choice comes before it', () => {
  expect(preferred(['ja', 'de-AT', 'en-US'])).toEqual({ language: 'de', locale: 'de-AT' });
  expect(preferred(['en-US', 'de-AT'])).toEqual({ language: 'en', locale: 'en-US' });
  expect(preferred(['de', 'de-CH'])).toEqual({ language: 'de', locale: 'de-CH' });
  expect(preferred(['ja'])).toEqual({ language: 'en', locale: 'en-GB' });
  expect(preferred(['de-AT', 'fr-CH'], 'fr')).toEqual({ language: 'fr', locale: 'fr-CH' });
  expect(preferred(['de-AT'], 'es')).toEqual({ language: 'es', locale: 'es-ES' });
});

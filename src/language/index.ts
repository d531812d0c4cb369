import { I18n, type Messages } from '@lingui/core';
import { type CompiledMessage, compileMessage } from '@lingui/message-utils/compileMessage';

/** The languages of the screens, by their ISO 639-1 codes, each by its own name. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
} as const;
export type Language = keyof typeof languages;
export const languageCodes = Object.keys(languages) as Language[];

/** English messages in ICU MessageFormat, and what they are in another language. */
export type Catalogue = Readonly<Record<string, string>>;

const compiled = new Map<string, CompiledMessage>();

/** Says values as they are: the library would take `\\u0041` in a patient's name for an escaped letter. */
class Speaker extends I18n {
  override _ = ((id, values, options) => {
    const asTheyAre = Object.entries(values ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('\\', '\\u005c') : value,
    ]);
    return super._(id as string, Object.fromEntries(asTheyAre), options);
  }) as I18n['_'];
}

/** The one of this process or page. English messages are their own ids, so English needs no catalogue. */
export const i18n = new Speaker({ locale: 'en', locales: 'en-GB', messages: { en: {} } });
i18n.setMessagesCompiler((message) => {
  let tokens = compiled.get(message);
  if (tokens === undefined) {
    tokens = compileMessage(message);
    compiled.set(message, tokens);
  }
  return tokens;
});

/**
 * From here on `t` and every date and number speak this language. Words at the top of a module are said when
 * it is loaded: a program chooses its language before it loads what speaks.
 * @param locale with the region, as `de-CH`; the language's own where none of it is preferred
 */
export function speak(
  language: Language,
  catalogue: Catalogue,
  locale = usualLocale[language],
): void {
  i18n.loadAndActivate({ locale: language, locales: locale, messages: catalogue as Messages });
}

/**
 * A message of the language that is spoken.
 * @param message the English one, in ICU MessageFormat: a literal, which `build/languages.mjs` collects. Where
 *   a word has two meanings, the rarer is told apart: `{of, select, sex {Other} other {}}`
 * @param values what stands in its places
 */
export const t = (message: string, values?: Readonly<Record<string, string | number>>): string =>
  i18n._(message, values);

/** A word of a table in the midst of a sentence: begun small, but in German, whose nouns are not. */
export const inSentence = (word: string): string =>
  i18n.locale === 'de' ? word : word.charAt(0).toLowerCase() + word.slice(1);

const usualLocale: Readonly<Record<Language, string>> = {
  en: 'en-GB',
  de: 'de-DE',
  fr: 'fr-FR',
  es: 'es-ES',
};

/** The locale (BCP 47) of dates and numbers: the spoken language's, in the reader's own region. */
export const locale = (): string => String(i18n.locales ?? i18n.locale);

/** Something of `Intl` that is dear to make, made once for each locale that is spoken. */
export function perLocale<T>(make: (locale: string) => T): () => T {
  let made: { for: string; it: T } | undefined;
  return () => {
    if (made?.for !== locale()) made = { for: locale(), it: make(locale()) };
    return made.it;
  };
}

/** What the reader prefers of the languages that there are, in the reader's own region. */
export function preferred(
  locales: readonly string[],
  chosen: Language | undefined = undefined,
): { language: Language; locale: string } {
  const known = (tag: string) => languageCodes.find((code) => code === tag.split('-')[0]);
  const language =
    chosen ?? locales.map(known).find((code) => code !== undefined) ?? ('en' as const);
  return {
    language,
    locale:
      locales.find((tag) => known(tag) === language && tag.includes('-')) ?? usualLocale[language],
  };
}

import { useEffect } from 'react';
import { catalogueOf } from '../../../src/language/catalogues.ts';
import {
  i18n,
  type Language,
  languageCodes,
  preferred,
  speak,
} from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { currentScreenSettings } from './screen-settings.ts';

/** What the station said before this page was loaded anew: a browser's page learns it from nobody else in time. */
const key = 'dermaspike.language';

/** Before anything of the page is loaded that speaks. Without a choice it is the one that the computer prefers. */
export async function speakChosen(): Promise<void> {
  const remembered = languageCodes.find((code) => code === sessionStorage.getItem(key));
  const { language, locale } = preferred(
    navigator.languages,
    currentScreenSettings().language ?? remembered,
  );
  speak(language, await catalogueOf(language), locale);
  document.documentElement.lang = language;
}

/** Loads the page anew where another language is kept, once there is nothing on it that could be lost. */
export function useKeptLanguage(isConnected: boolean, isOpen: boolean): void {
  const { data } = useStationQuery('settings.screen', {}, { enabled: isConnected });
  useEffect(() => {
    if (!data || isOpen) return;
    const kept: Language | null = data.language;
    if (preferred(navigator.languages, kept ?? undefined).language === i18n.locale) return;
    if (kept) sessionStorage.setItem(key, kept);
    else sessionStorage.removeItem(key);
    location.reload();
  }, [data, isOpen]);
}

import { app } from 'electron';
import { catalogueOf } from '../src/language/catalogues.ts';
import { preferred, speak } from '../src/language/index.ts';
import { readScreenSettings } from '../src/station/screen-settings.ts';

/** Menus and dialogs speak as the screens do; after another choice there, from the next start on. */
export async function speakAsTheScreens(dataFolder: string): Promise<void> {
  const chosen = readScreenSettings(dataFolder).language ?? undefined;
  const { language, locale } = preferred(app.getPreferredSystemLanguages(), chosen);
  speak(language, await catalogueOf(language), locale);
}

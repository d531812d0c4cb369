import type { Catalogue, Language } from './index.ts';

/** What each language says, loaded when it is spoken. */
export async function catalogueOf(language: Language): Promise<Catalogue> {
  switch (language) {
    case 'en':
      return {};
    case 'de':
      return (await import('./de.json', { with: { type: 'json' } })).default;
    case 'fr':
      return (await import('./fr.json', { with: { type: 'json' } })).default;
    case 'es':
      return (await import('./es.json', { with: { type: 'json' } })).default;
  }
}

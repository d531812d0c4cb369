import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { spellings } from './words.ts';

let guesser: Promise<ZxcvbnFactory> | undefined;

/**
 * Who guesses by lists of words: common passwords, and words and names of all languages that the screens speak,
 * whichever one they speak now. The lists take sixty megabytes, and more while they are read: they are not there
 * before somebody chooses a passphrase. They come one after the other, for others to have their turn between.
 */
export function loadGuesser(): Promise<ZxcvbnFactory> {
  guesser ??= (async () => {
    const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
    const common = await import('@zxcvbn-ts/language-common');
    const english = await import('@zxcvbn-ts/language-en');
    const { dictionary: de } = await import('@zxcvbn-ts/language-de');
    // A list each of words, and one of names: each more is looked through for every part of a passphrase.
    const german = inTurn(de.commonWords, de.wikipedia);
    const { dictionary: fr } = await import('@zxcvbn-ts/language-fr');
    const french = inTurn(fr['commonWords-fr'], fr['wikipedia-fr']);
    const { dictionary: es } = await import('@zxcvbn-ts/language-es-es');
    const spanish = inTurn(es['commonWords-es-es'], es['wikipedia-es-es']);
    await new Promise(setImmediate);
    const names = inTurn(
      ...[de.firstnames, fr['firstnames-fr'], es['firstnames-es-es']],
      ...[de.lastnames, fr['lastnames-fr'], es['lastnames-es-es']],
    );
    await new Promise(setImmediate);
    return new ZxcvbnFactory({
      graphs: common.adjacencyGraphs,
      dictionary: {
        ...common.dictionary,
        ...english.dictionary,
        ...{ 'words-de': german, 'words-fr': french, 'words-es': spanish, names },
      },
    });
  })();
  return guesser;
}

/** One list of several, the most frequent of each first; whatever has a mark stands in it without, too. */
function inTurn(...lists: readonly (readonly (string | number)[])[]): string[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  const found = new Set<string>();
  for (let at = 0; at < longest; at++)
    for (const list of lists) {
      const word = list[at];
      if (word === undefined) continue;
      const written = String(word);
      found.add(written);
      // Most have none, and it takes a while to look.
      if (/[^\p{ASCII}]/u.test(written)) for (const each of spellings(written)) found.add(each);
    }
  return [...found];
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ScreenSettings, screenSettings } from '../clinic/entities/index.ts';
import { makePrivateFolder, writeDurably } from '../store/durable-file.ts';
import { StationError } from './errors.ts';

const atFirst: ScreenSettings = { theme: 'system', singleKeys: true, language: null };
const fileIn = (dataFolder: string) => path.join(dataFolder, 'screen.json');

/** This computer's choices about its screen; the usual ones where none were made or the file is damaged. */
export function readScreenSettings(dataFolder: string): ScreenSettings {
  try {
    return screenSettings.parse(JSON.parse(readFileSync(fileIn(dataFolder), 'utf8')));
  } catch {
    return atFirst;
  }
}

/** @throws StationError `not-saved` */
export function keepScreenSettings(dataFolder: string, settings: ScreenSettings): void {
  try {
    makePrivateFolder(dataFolder);
    writeDurably(fileIn(dataFolder), `${JSON.stringify(settings, null, 2)}\n`);
  } catch (error) {
    throw new StationError(
      'not-saved',
      `The choice holds until the program ends, but is not saved in ${fileIn(dataFolder)}: ` +
        `${error instanceof Error ? error.message : error} See that this user may write there.`,
    );
  }
}

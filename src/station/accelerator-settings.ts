import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Policy } from '../../native-bridge/shared/contract.ts';
import { writeDurably } from '../store/durable-file.ts';
import { StationError } from './errors.ts';

/** Whatever else is in the file is the bridge's to judge, and a person's to correct. */
const settingsFile = z.looseObject({});

/**
 * Has the bridge begin with this policy after a restart: writes it into `accelerators.json`, beside
 * what is there. @throws StationError `not-saved`
 */
export function keepPolicy(dataFolder: string, policy: Policy): void {
  const file = path.join(dataFolder, 'accelerators.json');
  try {
    const settings = existsSync(file)
      ? settingsFile.parse(JSON.parse(readFileSync(file, 'utf8')))
      : {};
    if (settings.policy === policy) return;
    writeDurably(file, `${JSON.stringify({ ...settings, policy }, null, 2)}\n`);
  } catch (error) {
    const isWrong = error instanceof SyntaxError || error instanceof z.ZodError;
    const reason = isWrong
      ? 'it holds no JSON object. Correct it'
      : `${messageOf(error)}. See that this user may write there`;
    throw new StationError(
      'not-saved',
      `The choice is followed until the program ends, but not saved in ${file}: ${reason}, then ` +
        'choose again.',
    );
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

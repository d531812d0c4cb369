import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { BridgeError } from '../../native-bridge/shared/contract.ts';

/** A file of a model's folder. Throws RangeError unless it is the one that the folder's card names. */
export function fileOfCard(folder: string, name: string, sha256: string): Buffer {
  const file = readFileSync(path.join(folder, name));
  const actual = createHash('sha256').update(file).digest('hex');
  if (actual === sha256) return file;
  throw new RangeError(`its SHA-256 is ${actual}, but card.json names ${sha256}`);
}

/**
 * What `read` makes of the model `what` in `folder`, from the folder's card.
 * @throws BridgeError `model-invalid`, naming the folder and what is wrong with it.
 */
export function readModelFolder<T>(what: string, folder: string, read: (card: unknown) => T): T {
  try {
    return read(JSON.parse(readFileSync(path.join(folder, 'card.json'), 'utf8')));
  } catch (error) {
    const reason =
      error instanceof z.ZodError
        ? z.prettifyError(error)
        : error instanceof Error
          ? error.message
          : '';
    throw new BridgeError(
      'model-invalid',
      `${what} in ${folder} cannot be used: ${reason}. Install the program again.`,
    );
  }
}

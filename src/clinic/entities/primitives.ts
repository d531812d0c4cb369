import { z } from 'zod';

export const id = z.uuid();
export const instant = z.iso.datetime();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');

/**
 * Control characters but line ends and tabs, and what turns the direction of the text that follows:
 * nobody types them, and they make one name look like another.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const unwritable = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Typed text of several lines, cleaned and trimmed. */
export const lines = z
  .string()
  .overwrite((typed) => typed.toWellFormed().replace(unwritable, ''))
  .trim();

/** Typed text of one line, cleaned and trimmed. */
export const text = lines.overwrite((typed) => typed.replace(/\s+/g, ' '));

export const name = text.min(1, 'must not be empty').max(200);
export const note = lines.max(4000).default('');

/** Counts the changes of a record's details; an edit names the one that it began from. */
export const revision = z.int().min(1);

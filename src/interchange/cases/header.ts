import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CaseFileError } from './errors.ts';

export const caseFormats = ['dermaspike-case', 'dermaspike-answer', 'dermaspike-key'] as const;
export type CaseFormat = (typeof caseFormats)[number];

const formatVersion = 1;
/** Beyond any header of ours; nothing behind it is looked at. */
const maxHeaderBytes = 8192;

const digestOf = (text: string) => createHash('sha256').update(text).digest('base64url');

/** One line of JSON that ends with a digest of itself: it tells damage, and proves nothing. */
export function headerLine(format: CaseFormat, content: Record<string, unknown>): Buffer {
  const text = JSON.stringify({ format, version: formatVersion, ...content });
  return Buffer.from(`${text.slice(0, -1)},"digest":"${digestOf(text)}"}\n`);
}

const known = z.looseObject({ format: z.string(), version: z.int().min(1) });

/** The header's line with what it says. Throws CaseFileError. */
export function readHeader<T>(
  bytes: Uint8Array,
  format: CaseFormat,
  schema: z.ZodType<T>,
): { line: Uint8Array; header: T } {
  const end = bytes.subarray(0, maxHeaderBytes).indexOf(0x0a);
  if (end < 0) throw new CaseFileError(beginsLikeOne(bytes) ? 'case-truncated' : 'case-foreign');
  const text = Buffer.from(bytes.subarray(0, end)).toString('utf8');
  if (!beginsLikeOne(bytes)) throw new CaseFileError('case-foreign');
  const parts = /^(.*),"digest":"([\w-]{43})"\}$/.exec(text);
  const said = parts && `${parts[1]}}`;
  if (!said || digestOf(said) !== parts[2]) throw new CaseFileError('case-damaged');
  const found = known.safeParse(parsed(said));
  if (!found.success || found.data.format !== format) throw new CaseFileError('case-foreign');
  if (found.data.version > formatVersion) throw new CaseFileError('case-newer');
  const header = schema.safeParse(found.data);
  if (!header.success) throw new CaseFileError('case-damaged');
  return { line: bytes.subarray(0, end + 1), header: header.data };
}

const beginning = Buffer.from('{"format":"dermaspike-');
const beginsLikeOne = (bytes: Uint8Array) =>
  beginning.equals(bytes.subarray(0, Math.min(bytes.length, beginning.length)));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

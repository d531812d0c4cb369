import { z } from 'zod';

export const id = z.uuid();
export const instant = z.iso.datetime();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');
export const name = z.string().trim().min(1, 'must not be empty').max(200);
export const note = z.string().trim().max(4000).default('');

/** Counts the changes of a record's details; an edit names the one that it began from. */
export const revision = z.int().min(1);

import type { z } from 'zod';
import { StoreError } from '../errors.ts';

/** A stored row as the record that it must be. Throws `database-damaged` for any other. */
export function decode<S extends z.ZodType>(schema: S, row: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new StoreError(
    'database-damaged',
    `A stored ${what} has no valid form (${fields}). Copy the data folder as it is, then restore it from a backup.`,
  );
}

/** A column's JSON, or nothing where it is none, for the schema to refuse. */
export function fromJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import type { Cursor } from '../clinic/entities/index.ts';
import type { Bindings } from './bindings.ts';

export interface SortColumn {
  readonly column: string;
  readonly descending: boolean;
}

/** The same order from its end. */
export function reverse(order: readonly SortColumn[]): SortColumn[] {
  return order.map(({ column, descending }) => ({ column, descending: !descending }));
}

export function orderBy(order: readonly SortColumn[]): string {
  return order.map(({ column, descending }) => column + (descending ? ' DESC' : '')).join(', ');
}

/**
 * That a row stands behind a cursor. An index on the columns in their order is entered at the
 * cursor, and walked from there.
 */
export function behind(order: readonly SortColumn[], at: Cursor, bindings: Bindings): string {
  return strictlyBehind(
    order.map((column, index) => ({ ...column, key: bindings.add(at[index] ?? null) })),
  );
}

type Key = SortColumn & { readonly key: string };

function strictlyBehind(keys: readonly Key[]): string {
  const [first] = keys;
  if (!first) return 'FALSE';
  // SQLite compares rows of values in one direction only.
  const turn = keys.findIndex(({ descending }) => descending !== first.descending);
  const run = turn === -1 ? keys : keys.slice(0, turn);
  const values = (of: 'column' | 'key') => `(${run.map((key) => key[of]).join(', ')})`;
  const sign = first.descending ? '<' : '>';
  const beyond = `${values('column')} ${sign} ${values('key')}`;
  if (turn === -1) return beyond;
  return `${first.column} ${sign}= ${first.key} AND (${beyond}
    OR (${values('column')} = ${values('key')} AND ${strictlyBehind(keys.slice(turn))}))`;
}

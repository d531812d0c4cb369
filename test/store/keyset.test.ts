import path from 'node:path';
import { expect, test } from 'vitest';
import { Bindings } from '../../src/store/bindings.ts';
import { Connection } from '../../src/store/connection.ts';
import { behind, orderBy, reverse, type SortColumn } from '../../src/store/keyset.ts';
import { temporaryFolder } from './harness.ts';

type Row = Readonly<Record<'a' | 'b' | 'c', number>>;
const values = [1, 2, 3];
/** Every combination, so that each column has ties for the next to settle. */
const all: Row[] = values.flatMap((a) => values.flatMap((b) => values.map((c) => ({ a, b, c }))));

/** Every way to sort by one to three columns. */
const orders: SortColumn[][] = (['a', 'b', 'c'] as const).flatMap((_, index, names) =>
  Array.from({ length: 2 ** (index + 1) }, (__, ways) =>
    names.slice(0, index + 1).map((column, n) => ({ column, descending: (ways >> n) % 2 === 1 })),
  ),
);

function sorted(order: readonly SortColumn[]): Row[] {
  return all.toSorted((one, other) => {
    for (const { column, descending } of order) {
      const by = one[column as keyof Row] - other[column as keyof Row];
      if (by !== 0) return descending ? -by : by;
    }
    return 0;
  });
}

test('behind a cursor stand the rows that follow it, by one to three columns up and down, forwards and backwards', () => {
  const connection = Connection.create(path.join(temporaryFolder(), 'a.db'), Buffer.alloc(32, 1));
  connection.script('CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER) STRICT');
  connection.transaction(() => {
    for (const row of all) connection.run('INSERT INTO t VALUES (:a, :b, :c)', row);
  });
  const rowsBehind = (order: readonly SortColumn[], at: Row) => {
    const bindings = new Bindings();
    const keys = order.map(({ column }) => at[column as keyof Row]);
    const sql = `SELECT a, b, c FROM t WHERE ${behind(order, keys, bindings)} ORDER BY ${orderBy(order)}`;
    return connection.all(sql, bindings.parameters);
  };
  expect(orders).toHaveLength(14);
  const said = (rows: readonly unknown[], order: readonly SortColumn[]) =>
    rows.map((row) => order.map(({ column }) => (row as Row)[column as keyof Row]).join());
  for (const each of orders)
    for (const order of [each, reverse(each)]) {
      const expected = sorted(order);
      for (const at of all) {
        // Those that the order does not tell from it are on neither side of it.
        const own = said([at], order)[0] ?? '';
        const keys = said(expected, order);
        const follow = keys.slice(keys.lastIndexOf(own) + 1);
        expect(said(rowsBehind(order, at), order), orderBy(order)).toEqual(follow);
      }
    }
  connection.close();
});

test('an order from its end is the same columns, each the other way', () => {
  const order = [
    { column: 'a', descending: false },
    { column: 'b', descending: true },
  ];
  expect(orderBy(order)).toBe('a, b DESC');
  expect(orderBy(reverse(order))).toBe('a DESC, b');
  expect(reverse(reverse(order))).toEqual(order);
});

test('where nothing is sorted by, nothing stands behind', () => {
  expect(behind([], [], new Bindings())).toBe('FALSE');
});

/** A list's rows: in each `li` one element, the one that is focused, is marked `data-row="KEY"`. */
const allRows = (): HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>('main li [data-row]'),
];

/** The row that has the focus, or something beside it in its `li`. */
export function focusedRow(): HTMLElement | undefined {
  const row = document.activeElement?.closest('li')?.querySelector('[data-row]');
  return row instanceof HTMLElement ? row : undefined;
}

export const rowOf = (key: string | undefined): HTMLElement | undefined =>
  allRows().find(({ dataset }) => dataset.row === key);

export function moveRowFocus(step: 1 | -1): void {
  const rows = allRows();
  const current = focusedRow();
  const next = current ? rows.indexOf(current) + step : 0;
  focusRow(rows[Math.max(0, Math.min(next, rows.length - 1))]);
}

/** The last is the last one that was fetched: the next page follows as soon as it is in sight. */
export const focusEndRow = (end: 'first' | 'last'): void =>
  focusRow(allRows().at(end === 'first' ? 0 : -1));

function focusRow(row: HTMLElement | undefined): void {
  row?.focus();
  row?.scrollIntoView({ block: 'nearest' });
}

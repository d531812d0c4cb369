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
  const row = rows[Math.max(0, Math.min(next, rows.length - 1))];
  row?.focus();
  row?.scrollIntoView({ block: 'nearest' });
}

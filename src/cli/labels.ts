/** A labels file without the columns that are needed, or with a broken row. */
export class LabelsError extends Error {
  override readonly name = 'LabelsError';
  readonly code = 'labels-invalid';
}

/**
 * image_id → dx of a CSV file with at least those two columns, in any order.
 * @param fold keeps the rows whose `fold` column has this value; without such a column, all.
 */
export function readLabels(csv: string, fold?: string): Map<string, string> {
  const [header, ...rows] = parseCsv(csv);
  const column = (name: string) => header?.findIndex((cell) => cell.trim() === name) ?? -1;
  const [idColumn, dxColumn, foldColumn] = [column('image_id'), column('dx'), column('fold')];
  if (idColumn < 0 || dxColumn < 0)
    throw new LabelsError('The labels need the columns image_id and dx in their first line.');
  const labels = new Map<string, string>();
  for (const [index, row] of rows.entries()) {
    if (fold !== undefined && foldColumn >= 0 && row[foldColumn]?.trim() !== fold) continue;
    const id = row[idColumn]?.trim();
    const dx = row[dxColumn]?.trim();
    if (!id || !dx) throw new LabelsError(`Row ${index + 2} has no image_id or no dx.`);
    if ((labels.get(id) ?? dx) !== dx) throw new LabelsError(`${id} has two different labels.`);
    labels.set(id, dx);
  }
  return labels;
}

/** Rows of cells by RFC 4180: quoted cells may hold commas, quotes ("") and line ends. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  while (cell.lastIndex < body.length) {
    const line = rows.length + 1;
    const match = cell.exec(body);
    if (!match) throw new LabelsError(`Row ${line} has a quotation mark in the wrong place.`);
    const [, quoted, plain = '', end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',' && cell.lastIndex < body.length) continue;
    if (end === ',') row.push('');
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

/** A labels file without the columns that are needed, or with a broken row. */
export class LabelsError extends Error {
  override readonly name = 'LabelsError';
  readonly code = 'labels-invalid';
}

/** What a row says of an image. */
export interface Label {
  readonly dx: string;
  /** The cell of the column that images are grouped by; empty without one. */
  readonly group: string;
}

export interface LabelColumns {
  /** Keeps the rows whose `fold` column has this value; without such a column, all. */
  readonly fold?: string | undefined;
  /** The column that says what an image shows; `dx` unless given. */
  readonly dx?: string | undefined;
  /** The column that images are grouped by. */
  readonly by?: string | undefined;
}

/**
 * image_id → label of a CSV file with at least those columns, in any order.
 * @throws LabelsError naming the column or the row.
 */
export function readLabels(
  csv: string,
  { fold, dx: named = 'dx', by }: LabelColumns = {},
): Map<string, Label> {
  const labels = new Map<string, Label>();
  for (const [index, cell] of rowsOf(csv, named, by).entries()) {
    if (fold !== undefined && (cell('fold') ?? fold) !== fold) continue;
    const [id, dx] = [cell('image_id'), cell(named)];
    if (!id || !dx) throw new LabelsError(`Row ${index + 2} has no image_id or no ${named}.`);
    assertSame(id, labels.get(id)?.dx, dx);
    labels.set(id, { dx, group: (by && cell(by)) || '' });
  }
  return labels;
}

export interface LabelRow {
  readonly imageId: string;
  readonly label: string;
  /** The image itself, where the file has no lesion_id. */
  readonly lesion: string;
  /** '' where the file has no fold. */
  readonly fold: string;
}

/** Each image once, with its label in `column`; rows without one are left out. */
export function readLabelRows(csv: string, column: string): LabelRow[] {
  const found = new Map<string, LabelRow>();
  for (const cell of rowsOf(csv, column)) {
    const [imageId, label] = [cell('image_id'), cell(column)];
    if (!imageId || !label) continue;
    assertSame(imageId, found.get(imageId)?.label, label);
    const lesion = cell('lesion_id') || imageId;
    found.set(imageId, { imageId, label, lesion, fold: cell('fold') ?? '' });
  }
  return [...found.values()];
}

/** Of each row what it has in a column, trimmed; undefined where the file has no such column. */
type Cell = (column: string) => string | undefined;

function rowsOf(csv: string, labelColumn: string, groupColumn?: string): Cell[] {
  const [header, ...rows] = parseCsv(csv);
  const names = header?.map((cell) => cell.trim()) ?? [];
  if (!names.includes('image_id') || !names.includes(labelColumn))
    throw new LabelsError(
      `The labels need the columns image_id and ${labelColumn} in their first line.`,
    );
  if (groupColumn !== undefined && !names.includes(groupColumn))
    throw new LabelsError(`The labels have no column ${groupColumn}.`);
  return rows.map((row) => (column) => row[names.indexOf(column)]?.trim());
}

function assertSame(imageId: string, known: string | undefined, label: string): void {
  if (known !== undefined && known !== label)
    throw new LabelsError(`${imageId} has two different labels.`);
}

/**
 * Rows of cells by RFC 4180: quoted cells may hold separators, quotes ("") and line ends. Separated by
 * semicolons where the first line has some and no comma, as spreadsheets of many countries write.
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const isBySemicolon = /^[^,\r\n]*;[^,\r\n]*(?:\r?\n|$)/.test(body);
  const separator = isBySemicolon ? ';' : ',';
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r?\\n|$)`,
    'y',
  );
  while (cell.lastIndex < body.length) {
    const line = rows.length + 1;
    const match = cell.exec(body);
    if (!match) throw new LabelsError(`Row ${line} has a quotation mark in the wrong place.`);
    const [, quoted, plain = '', end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === separator && cell.lastIndex < body.length) continue;
    if (end === separator) row.push('');
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

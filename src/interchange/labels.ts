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
  const [header, ...rows] = parseCsv(csv);
  const column = (name: string) => header?.findIndex((cell) => cell.trim() === name) ?? -1;
  const [idColumn, dxColumn, foldColumn] = [column('image_id'), column(named), column('fold')];
  if (idColumn < 0 || dxColumn < 0)
    throw new LabelsError(`The labels need the columns image_id and ${named} in their first line.`);
  const groupColumn = by === undefined ? -1 : column(by);
  if (by !== undefined && groupColumn < 0)
    throw new LabelsError(`The labels have no column ${by}.`);
  const labels = new Map<string, Label>();
  for (const [index, row] of rows.entries()) {
    if (fold !== undefined && foldColumn >= 0 && row[foldColumn]?.trim() !== fold) continue;
    const id = row[idColumn]?.trim();
    const dx = row[dxColumn]?.trim();
    if (!id || !dx) throw new LabelsError(`Row ${index + 2} has no image_id or no ${named}.`);
    if ((labels.get(id)?.dx ?? dx) !== dx) throw new LabelsError(`${id} has two different labels.`);
    labels.set(id, { dx, group: row[groupColumn]?.trim() ?? '' });
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
  const [header, ...rows] = parseCsv(csv);
  const names = header?.map((cell) => cell.trim()) ?? [];
  if (!names.includes('image_id') || !names.includes(column))
    throw new LabelsError(
      `The labels need the columns image_id and ${column} in their first line.`,
    );
  const found = new Map<string, LabelRow>();
  for (const row of rows) {
    const of = (name: string) => row[names.indexOf(name)]?.trim() ?? '';
    const [imageId, label] = [of('image_id'), of(column)];
    if (imageId === '' || label === '') continue;
    const known = found.get(imageId);
    if (known && known.label !== label)
      throw new LabelsError(`${imageId} has two different labels.`);
    found.set(imageId, { imageId, label, lesion: of('lesion_id') || imageId, fold: of('fold') });
  }
  return [...found.values()];
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

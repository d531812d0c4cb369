import { parseCsv } from '../../interchange/labels.ts';
import type { PlannedExample } from '../contract/index.ts';

/** Columns of a table of labels, by the names that people give them. */
const COLUMNS: Readonly<Record<'file' | 'label' | 'lesion', readonly string[]>> = {
  file: ['image_id', 'image', 'file', 'file_name', 'filename'],
  label: ['dx', 'label', 'class', 'diagnosis'],
  lesion: ['lesion_id', 'lesion'],
};

/**
 * What importing these files by a table of labels would do. A file is found by its name, with or without
 * its ending. Without a table a file's folder is its label.
 */
export function planImport(
  labels: string,
  fileNames: readonly string[],
  codes: ReadonlySet<string>,
): PlannedExample[] {
  const rows = labels.trim() === '' ? byFolder(fileNames) : byTable(labels);
  const files = new Map(fileNames.map((name) => [plainName(name), name]));
  const planned = rows.map(({ file, label, lesion }): PlannedExample => {
    const fileName = files.get(plainName(file));
    const code = label.toLowerCase();
    const entry = { fileName: fileName ?? file, code, lesion: lesion || plainName(file) };
    if (fileName === undefined) return { ...entry, outcome: 'no-file' };
    return { ...entry, outcome: codes.has(code) ? 'new' : 'unknown-class' };
  });
  const named = new Set(planned.map(({ fileName }) => fileName));
  const unlabelled = fileNames
    .filter((fileName) => !named.has(fileName))
    .map((fileName) => ({ fileName, code: '', lesion: '', outcome: 'no-label' as const }));
  return [...planned, ...unlabelled];
}

interface Row {
  readonly file: string;
  readonly label: string;
  readonly lesion: string;
}

/** Throws LabelsError for a table that is broken. */
function byTable(text: string): Row[] {
  const [header = [], ...rows] = parseCsv(text);
  const names = header.map((cell) => cell.trim().toLowerCase());
  const at = (column: keyof typeof COLUMNS) =>
    names.findIndex((each) => COLUMNS[column].includes(each));
  const [file, label, lesion] = [at('file'), at('label'), at('lesion')];
  if (file < 0 || label < 0) return [];
  return rows.map((row) => {
    const cell = (index: number) => row[index]?.trim() ?? '';
    return { file: cell(file), label: cell(label), lesion: cell(lesion) };
  });
}

function byFolder(fileNames: readonly string[]): Row[] {
  return fileNames.flatMap((file) => {
    const label = file.split(/[/\\]/).at(-2);
    return label === undefined ? [] : [{ file, label, lesion: '' }];
  });
}

function plainName(file: string): string {
  return (file.split(/[/\\]/).at(-1) ?? file).replace(/\.[^.]*$/, '').toLowerCase();
}

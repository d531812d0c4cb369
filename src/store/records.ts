import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Connection, type Parameters, scalar } from './connection.ts';
import { decode } from './repositories/decode.ts';

/** A table whose rows audit entries vouch for. */
interface RecordKind {
  readonly table: string;
  /** The columns by which a row is known. */
  readonly key: readonly string[];
  /** Columns that are worked out from others, and may be anew. */
  readonly derived?: readonly string[];
  /** Its rows are many megabytes: looked at only where that is asked for. */
  readonly isLarge?: boolean;
}

const kinds: readonly RecordKind[] = [
  { table: 'user', key: ['id'] },
  { table: 'user_key', key: ['id'] },
  { table: 'clinic_settings', key: ['id'] },
  { table: 'patient', key: ['id'], derived: ['sort_name', 'last_visit_at'] },
  { table: 'patient_merge', key: ['id'] },
  { table: 'patient_merge_record', key: ['merge_id', 'kind', 'record_id'] },
  { table: 'recent_change', key: ['id'] },
  { table: 'colleague_key', key: ['fingerprint'] },
  { table: 'shared_case', key: ['id'] },
  { table: 'shared_case_lesion', key: ['case_id', 'ref'] },
  { table: 'case_answer', key: ['id'] },
  { table: 'kept_lesion', key: ['case_id', 'signer', 'ref'] },
  { table: 'not_double', key: ['one_id', 'other_id'] },
  { table: 'lesion', key: ['id'] },
  { table: 'visit', key: ['id'] },
  {
    table: 'image',
    key: ['id'],
    derived: ['has_reading', 'has_review', 'verdict_rank', 'malignancy'],
  },
  { table: 'image_thumbnail', key: ['image_id'], isLarge: true },
  { table: 'image_move', key: ['seq'] },
  { table: 'overview', key: ['id'] },
  { table: 'overview_thumbnail', key: ['overview_id'], isLarge: true },
  { table: 'overview_marker', key: ['overview_id', 'lesion_id'] },
  { table: 'reading', key: ['id'] },
  { table: 'reading_spikes', key: ['reading_id'] },
  { table: 'review', key: ['id'] },
  { table: 'checklist', key: ['id'] },
  { table: 'second_opinion', key: ['id'] },
  { table: 'consent', key: ['id'] },
  { table: 'image_scale', key: ['id'] },
  { table: 'image_outline', key: ['id'] },
  { table: 'device_profile', key: ['id'] },
  { table: 'text_template', key: ['id'] },
  { table: 'follow_up', key: ['id'] },
  { table: 'histology', key: ['id'] },
  { table: 'accelerator_incident', key: ['id'] },
  { table: 'network', key: ['sha256'] },
  { table: 'head', key: ['sha256'], derived: ['classes'] },
  { table: 'class_change', key: ['id'] },
  { table: 'class_example', key: ['id'] },
  { table: 'class_pack', key: ['code'] },
  { table: 'example_collection', key: ['patient_id'] },
  { table: 'head_version', key: ['number'] },
  { table: 'head_version_example', key: ['number', 'image_id'] },
  { table: 'head_event', key: ['seq'] },
  { table: 'commissioning', key: ['id'] },
  { table: 'erasure', key: ['id'] },
];

/** Tables that no entry vouches for, and why. A test holds every table to be here or above. */
export const unvouched: Readonly<Record<string, string>> = {
  audit_entry: 'is the log itself',
  body_site: 'comes with the program',
  clinic_state: 'counts commits',
  erased_list_key: 'is the clinic’s, not a user’s',
  form_draft: 'is not said yet',
  image_original: 'is vouched for by its image’s SHA-256',
  list_view: 'is how a person looks at a list',
  overview_original: 'is vouched for by its photograph’s SHA-256',
  patient_word: 'is worked out from patients',
  reading_score: 'is worked out from readings',
  rescoring: 'says how far a piece of work is',
  rescoring_change: 'is worked out from readings',
  review_draft: 'is not said yet',
  schema_migration: 'is compared with the program at each opening',
  sharing_key: 'is the clinic’s, not a user’s',
  signing_key: 'is the clinic’s, not a user’s',
  trusted_key: 'only spares a question',
  waiting_lesion: 'is worked out from images',
};

const touchedRow = z.object({ kind: z.string(), id: z.string() });
const columnRow = z.object({ name: z.string(), standard: z.string().nullable() });

/** As entries have them: kind, id and hash of each row; no hash of one that is gone. */
export const recordHashes = z.array(z.tuple([z.string(), z.string(), z.string().nullable()]));
export type RecordHash = z.infer<typeof recordHashes>[number];

/** A kind with the columns that it has in this clinic's database. */
interface OpenKind extends RecordKind {
  readonly select: string;
  readonly defaults: ReadonlyMap<string, string>;
}

/**
 * Which records a transaction changed, and what they are: noticed by triggers, so that no change of a
 * record that is vouched for goes past the audit log, whoever makes it.
 */
export class Records {
  readonly #connection: Connection;
  readonly #kinds: ReadonlyMap<string, OpenKind>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#kinds = new Map(kinds.map((kind) => [kind.table, this.#open(kind)]));
  }

  get kinds(): readonly RecordKind[] {
    return [...this.#kinds.values()];
  }

  /** Begins to notice changes, until the connection is closed. */
  watch(): void {
    this.#connection.script(
      'CREATE TEMP TABLE touched_record (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID',
    );
    for (const { table, key, defaults } of this.#kinds.values()) {
      // Not OR IGNORE: in a trigger the conflict clause of the statement that fires it counts instead, which in an
      // upsert is ABORT.
      const note = (row: 'NEW' | 'OLD') =>
        `INSERT INTO touched_record SELECT '${table}', ${idOf(key, row)} WHERE NOT EXISTS
           (SELECT 1 FROM touched_record WHERE kind = '${table}' AND id = ${idOf(key, row)});`;
      const columns = [...defaults.keys()].map((column) => `"${column}"`).join(', ');
      this.#connection.script(`
        CREATE TEMP TRIGGER noted_insert_${table} AFTER INSERT ON main."${table}"
          BEGIN ${note('NEW')} END;
        CREATE TEMP TRIGGER noted_update_${table} AFTER UPDATE OF ${columns} ON main."${table}"
          BEGIN ${note('OLD')} ${note('NEW')} END;
        CREATE TEMP TRIGGER noted_delete_${table} AFTER DELETE ON main."${table}"
          BEGIN ${note('OLD')} END;`);
    }
  }

  /** What was changed since this was last asked, as it now is. */
  takeTouched(): RecordHash[] {
    const rows = this.#connection.all('SELECT kind, id FROM temp.touched_record ORDER BY kind, id');
    if (rows.length === 0) return [];
    this.#connection.run('DELETE FROM temp.touched_record');
    return rows.map((row) => {
      const { kind, id } = decode(touchedRow, row, 'change');
      return [kind, id, this.hash(kind, id)];
    });
  }

  /** Null where there is no such record. */
  hash(kind: string, id: string): string | null {
    const open = this.#kinds.get(kind);
    if (!open) return null;
    const parts = open.key.length === 1 ? [id] : id.split(' ');
    const row = this.#connection.get(
      `${open.select} WHERE ${open.key.map((column, n) => `"${column}" = :k${n}`).join(' AND ')}`,
      Object.fromEntries(parts.map((part, n) => [`k${n}`, part])),
    );
    return row ? hashOf(open, row as Row) : null;
  }

  count(kind: string): number {
    return scalar(this.#connection, `SELECT count(*) AS value FROM "${kind}"`);
  }

  /** Up to `limit` records of a kind behind one, or from the first, in the order of their keys. */
  page(
    kind: string,
    after: Parameters,
    limit: number,
  ): { records: RecordHash[]; last: Parameters | null } {
    const open = this.#kinds.get(kind);
    if (!open) return { records: [], last: null };
    const key = open.key.map((column) => `"${column}"`).join(', ');
    const names = open.key.map((_, n) => `:k${n}`).join(', ');
    const rows = this.#connection.all(
      `${open.select} ${'k0' in after ? `WHERE (${key}) > (${names})` : ''} ORDER BY ${key} LIMIT :limit`,
      { ...after, limit },
    ) as Row[];
    const last = rows.at(-1);
    return {
      records: rows.map((row) => [
        kind,
        open.key.map((column) => String(row[column])).join(' '),
        hashOf(open, row),
      ]),
      last:
        last && rows.length === limit
          ? Object.fromEntries(open.key.map((column, n) => [`k${n}`, last[column] ?? null]))
          : null,
    };
  }

  #open(kind: RecordKind): OpenKind {
    const rows = this.#connection.all(
      `SELECT name, dflt_value AS standard FROM pragma_table_info('${kind.table}')`,
    );
    const columns = rows
      .map((row) => decode(columnRow, row, 'table'))
      .filter(({ name }) => !kind.derived?.includes(name))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    return {
      ...kind,
      select: `SELECT ${names} FROM "${kind.table}"`,
      defaults: new Map(columns.map(({ name, standard }) => [name, unquoted(standard)])),
    };
  }
}

type Row = Record<string, string | number | Uint8Array | null>;

/**
 * SHA-256 of the row's kind and its columns in canonical JSON: by name, without those that are empty or
 * as they are by default, so that a column that a later program adds changes no hash.
 */
function hashOf({ table, defaults }: OpenKind, row: Row): string {
  const said: [string, unknown][] = [];
  for (const [column, standard] of defaults) {
    const value = row[column];
    if (value === null || value === undefined || String(value) === standard) continue;
    said.push([
      column,
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ]);
  }
  return createHash('sha256')
    .update(JSON.stringify([table, said]))
    .digest('base64url');
}

/** The default of a column as text; none is a text that no value has. */
function unquoted(standard: string | null): string {
  if (standard === null) return '\0';
  const quoted = /^'(.*)'$/.exec(standard);
  return quoted ? (quoted[1] ?? '').replaceAll("''", "'") : standard;
}

function idOf(key: readonly string[], row: 'NEW' | 'OLD'): string {
  return key.map((column) => `${row}."${column}"`).join(" || ' ' || ");
}

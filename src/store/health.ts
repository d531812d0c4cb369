import { z } from 'zod';
import { type AuditVerdict, checkAudit } from './audit-check.ts';
import { pageBytes } from './connection.ts';
import { StoreError } from './errors.ts';
import { GiveWay } from './give-way.ts';
import { PageCheck } from './health/page-check.ts';
import { Report, type Turn } from './health/report.ts';
import { checkRows } from './health/row-check.ts';
import type { OpenClinic } from './open-clinic.ts';
import { Pages } from './pages.ts';

/** Of the whole: where looking at pages ends, and at rows. */
const pagesShare = 0.7;
const rowsShare = 0.85;

export interface HealthVerdict {
  /** Nothing is wrong at all. */
  readonly ok: boolean;
  /** Pages and rows are as they should be. */
  readonly isSound: boolean;
  readonly pages: number;
  readonly rows: number;
  /** The first ones; there may be more. Names of tables, numbers of pages: never their content. */
  readonly problems: readonly string[];
  readonly problemsInAll: number;
  /** Null where damage kept it from being verified. */
  readonly audit: AuditVerdict | null;
}

export interface HealthOptions {
  /** Told from 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /** Rejects with its reason when aborted. */
  readonly signal?: AbortSignal | undefined;
}

const treeRow = z.object({ name: z.string(), root: z.int() });
const pairRow = z.object({
  name: z.string(),
  root: z.int(),
  table: z.string(),
  tableRoot: z.int(),
});

/**
 * Looks through the whole clinic while it is used: every page of the database as it is at one moment, then every
 * row by every index, and the audit log. A backup that is begun meanwhile waits for the pages.
 */
export async function checkHealth(
  clinic: OpenClinic,
  { onProgress = () => {}, signal }: HealthOptions = {},
): Promise<HealthVerdict> {
  const { connection } = clinic;
  const way = new GiveWay({ connection, signal });
  const turnFrom =
    (from: number, to: number): Turn =>
    async (share) => {
      if (!way.isDue) return;
      onProgress(from + share * (to - from));
      await way.toOthers();
    };
  const report = new Report();
  const entries = new Map<string, number>();
  let [pages, rows] = [0, 0];
  let audit: AuditVerdict | null = null;
  try {
    pages = await checkPages(clinic, entries, report, turnFrom(0, pagesShare));
    rows = await checkRows(connection, entries, report, turnFrom(pagesShare, rowsShare));
    audit = await checkAudit(clinic, {
      onProgress: (share) => onProgress(rowsShare + share * (1 - rowsShare)),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'database-damaged')) throw error;
    if (report.inAll === 0) report.tell(error.message);
  }
  const isSound = report.inAll === 0;
  return {
    ok: isSound && audit?.intact === true,
    isSound,
    pages,
    rows,
    problems: report.problems,
    problemsInAll: report.inAll,
    audit,
  };
}

async function checkPages(
  { connection, dataKey }: OpenClinic,
  entries: Map<string, number>,
  report: Report,
  turn: Turn,
): Promise<number> {
  return connection.whileFileRests(
    async (resting) => {
      // Read before anything else can happen: the schema as the pages have it.
      const trees = [
        { name: 'sqlite_schema', root: 1 },
        ...connection
          .all(
            'SELECT name, rootpage AS root FROM sqlite_schema WHERE rootpage > 0 ORDER BY rootpage',
          )
          .map((row) => treeRow.parse(row)),
      ];
      const whole = connection
        .all(
          `SELECT one.name, one.rootpage AS root, one.tbl_name AS "table", other.rootpage AS tableRoot
           FROM sqlite_schema AS one JOIN sqlite_schema AS other
             ON other.type = 'table' AND other.name = one.tbl_name
             JOIN pragma_index_list(one.tbl_name) AS list ON list.name = one.name
           WHERE one.type = 'index' AND list.partial = 0`,
        )
        .map((row) => pairRow.parse(row));
      const first = Buffer.alloc(pageBytes);
      await resting.read(first, 0);
      const cipher = new Pages(dataKey, first);
      try {
        const check = new PageCheck(resting, cipher, report, turn);
        await check.run(trees);
        for (const { name, root } of trees) entries.set(name, check.entries.get(root) ?? 0);
        for (const { name, root, table, tableRoot } of whole) {
          const [has, should] = [check.entries.get(root), check.entries.get(tableRoot)];
          if (has !== should)
            report.tell(`${name} has ${has} entries, and ${table} has ${should} rows`);
        }
        return check.pages;
      } finally {
        cipher.forget();
      }
    },
    { isBrief: true },
  );
}

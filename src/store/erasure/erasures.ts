import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  type ErasedCounts,
  type ErasedListState,
  type Erasure,
  type ErasurePlan,
  type ErasureReason,
  type ErasureSubject,
  erasure,
  erasureKind,
} from '../../clinic/entities/index.ts';
import { databasePath, readClinicFile } from '../clinic-file.ts';
import { readClinicState } from '../clinic-state.ts';
import { scalar } from '../connection.ts';
import { isKeyChanging } from '../data-key.ts';
import { notFound, StoreError } from '../errors.ts';
import type { OpenClinic } from '../open-clinic.ts';
import { decode, fromJson } from '../repositories/decode.ts';
import type { HeadVersionRepository } from '../repositories/head-versions.ts';
import { dropCopies } from '../set-aside.ts';
import { deleteRecords, emptyEntries } from './delete.ts';
import {
  cameBack,
  erasedListFile,
  erasedListKey,
  erasedListState,
  type Keyed,
  noteErased,
} from './erased-list.ts';
import { Overwriting } from './overwriting.ts';
import { planOf, scopeOf } from './scope.ts';

/** Pages in a turn: some hundredths of a second. */
const pagesAtOnce = 600;
/** Between turns, so that others have as much of the processor. */
const pauseMs = 20;

const select = `
  SELECT erasure.id, kind, subject_id AS subjectId, reason, user.name AS userName,
    second.name AS secondUserName, at, entry, erased, finished_at AS finishedAt,
    pages_looked AS pagesLooked, pages_written AS pagesWritten, copies_dropped AS copiesDropped
  FROM erasure JOIN user ON user.id = erasure.user_id
    LEFT JOIN user AS second ON second.id = erasure.second_user_id`;

const erasureRow = z.object({
  kind: z.string(),
  subjectId: z.string(),
  erased: z.string(),
  finishedAt: z.string().nullable(),
});
const pendingRow = z.object({ id: z.string(), since: z.string() });
const erasedRow = z.object({
  kind: erasureKind,
  subjectId: z.string(),
  erased: z.string(),
});
type Pending = z.infer<typeof pendingRow>;
const mergedInto = z.looseObject({ merged: z.array(z.string()).default([]) });
const rootRow = z.object({ root: z.int() });

interface NewErasure {
  readonly subject: ErasureSubject;
  readonly reason: ErasureReason;
  readonly userId: string;
  readonly secondUserId: string | null;
}

/**
 * Erases patients and images so that nothing of them is left in the clinic's files: the records in one
 * transaction, then what of them is left in unused parts of pages, in the log and in older copies.
 */
export class Erasures {
  readonly #clinic: OpenClinic;
  readonly #versions: HeadVersionRepository;
  #finishing: Promise<void> | undefined;

  constructor(clinic: OpenClinic, versions: HeadVersionRepository) {
    this.#clinic = clinic;
    this.#versions = versions;
  }

  /** Throws `not-found`. */
  plan(subject: ErasureSubject): ErasurePlan {
    const { connection } = this.#clinic;
    const scope = scopeOf(connection, subject);
    const versions = scope.versions.map((number) => {
      const { state } = this.#versions.get(number);
      return { number, state };
    });
    return { ...planOf(connection, scope), versions };
  }

  /**
   * Deletes the records, and enters it. `alongside` belongs to it: what is to read where the version that
   * reads had learned from an image. From here on it is done, and `finish` sees to the files. Throws
   * `not-found`, and `database-in-use` while the data key is being changed.
   */
  erase({ subject, reason, userId, secondUserId }: NewErasure, alongside: () => void): Erasure {
    const { connection, audit, clock, folder } = this.#clinic;
    if (isKeyChanging(folder))
      throw new StoreError(
        'database-in-use',
        'The data key is being changed, and a copy of the records under the new one is half made. Nothing was erased. Wait until that is done, or stop it under Settings, Clinic and users; then erase.',
      );
    return connection.transaction(() => {
      const name = `${subject.kind}:${subject.id}`;
      const approval = { action: `${subject.kind}.approve-erasure`, subject: name };
      if (secondUserId !== null) audit.append({ userId: secondUserId, ...approval });
      const scope = scopeOf(connection, subject);
      const { counts } = planOf(connection, scope);
      const id = newId();
      const entry = audit.head().seq + 1;
      const said: ErasedCounts = counts;
      connection.run(
        `INSERT INTO erasure (id, kind, subject_id, since, reason, user_id, second_user_id, at,
           entry, erased)
         VALUES (:id, :kind, :subjectId, :since, :reason, :userId, :secondUserId, :at, :entry,
           :erased)`,
        {
          ...{ id, kind: subject.kind, subjectId: subject.id, since: scope.since, reason },
          ...{ userId, secondUserId, at: clock().toISOString(), entry },
          erased: JSON.stringify(said),
        },
      );
      deleteRecords(connection, scope);
      const touched = audit.records.takeTouched();
      const { said: others, emptied } = emptyEntries(connection, audit, touched);
      connection.run('UPDATE erasure SET erased = :erased WHERE id = :id', {
        id,
        // Whose records had been merged into it: they would come back by themselves.
        erased: JSON.stringify({
          ...counts,
          entries: emptied.length,
          merged: scope.patientIds.filter((patientId) => patientId !== subject.id),
        }),
      });
      audit.vouch({ userId, action: `${subject.kind}.erase`, subject: name }, [
        ...others,
        ...touched,
        ...audit.records.takeTouched(),
        ...emptied.map((seq): [string, string, null] => ['audit_entry', String(seq), null]),
      ]);
      alongside();
      return this.get(id);
    });
  }

  /** Throws `not-found`. */
  get(id: string): Erasure {
    const row = this.#clinic.connection.get(`${select} WHERE erasure.id = :id`, { id });
    if (!row) throw notFound('erasure');
    return toErasure(row);
  }

  /** Newest first. */
  list(): Erasure[] {
    return this.#clinic.connection.all(`${select} ORDER BY erasure.seq DESC`).map(toErasure);
  }

  get count(): number {
    return scalar(this.#clinic.connection, 'SELECT count(*) AS value FROM erasure');
  }

  /** As the function has it. `file` is the list of what was erased. */
  cameBack(file: string): Promise<ErasureSubject[]> {
    return this.#keyed((keyed) => cameBack(this.#clinic.connection, keyed, file));
  }

  /** Whether the list of what was erased can be believed. */
  listState(file: string): Promise<ErasedListState> {
    return this.#keyed((keyed) => erasedListState(file, keyed));
  }

  /** Makes the list good again, by what this clinic itself knows of what it erased, and enters that. */
  async mendList(file: string, userId: string | null): Promise<void> {
    const { isDamaged, unproven } = await this.#keyed((keyed) =>
      noteErased(file, keyed, this.#erased()),
    );
    if (!isDamaged && unproven === 0) return;
    const subject = isDamaged ? 'erased-list:damaged' : `erased-list:${unproven}`;
    if (this.#clinic.connection.isOpen)
      this.#clinic.audit.append({ userId, action: 'erased-list.mend', subject });
  }

  get isPending(): boolean {
    return this.#pending().length > 0;
  }

  /**
   * Sees to the files after an erasure; does nothing where none is left to finish. Others work meanwhile.
   * When the clinic is locked before it is done it goes on at the next unlocking. `copies` is where the
   * clinic's copies are; beside it stands the list of what was erased.
   */
  finish(copies: string, onProgress: (share: number) => void = () => {}): Promise<void> {
    this.#finishing ??= this.#finish(copies, onProgress).finally(() => {
      this.#finishing = undefined;
    });
    return this.#finishing;
  }

  async #finish(copies: string, onProgress: (share: number) => void): Promise<void> {
    const { changes, connection, dataKey, folder, highWater } = this.#clinic;
    for (let pending = this.#pending(); pending.length > 0; pending = this.#pending()) {
      const since = pending.map((each) => each.since).sort()[0] ?? '';
      const work = new Overwriting();
      while (!work.isDone) {
        await pause(pauseMs);
        // Others who waited for the same may have begun before this goes on.
        do await connection.rested();
        while (connection.isResting);
        if (!connection.isOpen) return;
        const roots = this.#roots();
        const { commits } = readClinicState(connection);
        highWater.settle();
        const written = connection.whileClosed(dataKey, (file) =>
          work.someMore(file, dataKey, { roots, commits, limit: pagesAtOnce }),
        );
        // They went past the log.
        changes.note(written);
        onProgress(work.share);
      }
      const { clinicId } = readClinicFile(folder);
      const copiesDropped = dropCopies(copies, clinicId, since) + dropOldLogs(folder);
      await this.mendList(erasedListFile(path.dirname(copies)), null);
      if (!connection.isOpen) return;
      this.#noteFinished(pending, work, copiesDropped);
    }
  }

  async #keyed<T>(work: (keyed: Keyed) => Promise<T>): Promise<T> {
    const { connection, dataKey, folder } = this.#clinic;
    const { clinicId } = readClinicFile(folder);
    const key = erasedListKey(connection, dataKey, clinicId);
    try {
      return await work({ clinicId, key });
    } finally {
      key.fill(0);
    }
  }

  /** All that was ever erased, as far as this clinic knows. */
  #erased() {
    const sql = 'SELECT kind, subject_id AS subjectId, erased FROM erasure ORDER BY seq';
    return this.#clinic.connection.all(sql).map((row) => {
      const { kind, subjectId, erased } = decode(erasedRow, row, 'erasure');
      const { merged } = mergedInto.parse(fromJson(erased));
      return { subject: { kind, id: subjectId }, merged };
    });
  }

  #noteFinished(
    pending: readonly { readonly id: string }[],
    { pagesLooked, pagesWritten }: Overwriting,
    copiesDropped: number,
  ): void {
    const { connection, audit, clock } = this.#clinic;
    connection.transaction(() => {
      for (const { id } of pending) {
        connection.run(
          `UPDATE erasure SET finished_at = :at, pages_looked = :pagesLooked,
             pages_written = :pagesWritten, copies_dropped = :copiesDropped,
             commits = (SELECT commits + 1 FROM clinic_state)
           WHERE id = :id`,
          { id, at: clock().toISOString(), pagesLooked, pagesWritten, copiesDropped },
        );
        const subject = `erasure:${id}`;
        audit.append({ userId: null, action: 'erasure.finish', subject });
      }
    });
  }

  #pending(): Pending[] {
    const sql = 'SELECT id, since FROM erasure WHERE finished_at IS NULL ORDER BY seq';
    return this.#clinic.connection.all(sql).map((row) => decode(pendingRow, row, 'erasure'));
  }

  #roots(): number[] {
    const sql = 'SELECT rootpage AS root FROM sqlite_schema WHERE rootpage > 0';
    return this.#clinic.connection.all(sql).map((row) => decode(rootRow, row, 'table').root);
  }
}

/** Damaged logs that were kept when the clinic went on without them. */
function dropOldLogs(folder: string): number {
  const beginning = `${path.basename(databasePath(folder))}-wal.set-aside-`;
  const logs = readdirSync(folder).filter((name) => name.startsWith(beginning));
  for (const name of logs) rmSync(path.join(folder, name));
  return logs.length;
}

function toErasure(row: unknown): Erasure {
  const { kind, subjectId, erased, finishedAt } = decode(erasureRow, row, 'erasure');
  return decode(
    erasure,
    Object.assign({}, row, {
      subject: { kind, id: subjectId },
      counts: fromJson(erased),
      proof: finishedAt === null ? null : row,
    }),
    'erasure',
  );
}

import { z } from 'zod';
import { localDay, monthsAfter } from '../../clinic/entities/days.ts';
import {
  type KeptLonger,
  type KeptPatient,
  keptLonger,
  type OverduePatient,
  overduePatient,
  patient,
  type RetentionRule,
  retentionRule,
} from '../../clinic/entities/index.ts';
import { type Connection, type Parameters, scalar } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode } from './decode.ts';
import { patientColumns } from './patients.ts';

/** As the index has it. */
const lastSeen = "CASE last_visit_at WHEN '' THEN created_at ELSE last_visit_at END";

/** Of the patient, or of a record that was merged into theirs. */
const isKept = `EXISTS (
  WITH RECURSIVE one (id) AS (
    VALUES (patient.id)
    UNION SELECT from_patient_id FROM patient_merge JOIN one ON into_patient_id = one.id
  )
  SELECT 1 FROM patient AS same JOIN one ON one.id = same.id WHERE same.kept_until > :today)`;

/** Whose time is over. A record that was merged goes with the other one; a person of a collection of examples is none. */
const isOver = `
  ${lastSeen} < :seenBefore
  AND (:bornAfter IS NULL OR birth_date IS NULL OR birth_date <= :bornAfter
    OR birth_date <= date(substr(${lastSeen}, 1, 10), '-18 years'))
  AND NOT ${isKept}
  AND NOT EXISTS (SELECT 1 FROM patient_merge WHERE from_patient_id = patient.id)
  AND NOT EXISTS (SELECT 1 FROM example_collection WHERE patient_id = patient.id)`;

const adultYears = 18;
const overdueRow = z.object({
  lastSeenAt: z.string(),
  lastVisitAt: z.string(),
  imageCount: z.int(),
  awaitedCount: z.int(),
});

/** How long patients are kept, and whose time is over. Erases nobody. */
export class RetentionRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  rule(): RetentionRule {
    const row = this.#connection.get(
      `SELECT retention_years AS years, retention_minor_age AS minorAge FROM clinic_settings`,
    );
    return decode(retentionRule, row, 'rule of retention');
  }

  setRule({ years, minorAge }: RetentionRule): void {
    this.#connection.run(
      'UPDATE clinic_settings SET retention_years = :years, retention_minor_age = :minorAge',
      { years, minorAge },
    );
  }

  /** Who was here last longest ago first. `today` is the clinic's calendar day. */
  overdue(today: string, limit: number): OverduePatient[] {
    const rule = this.rule();
    const asked = parametersOf(rule, today);
    if (!asked) return [];
    return this.#connection
      .all(
        `SELECT ${patientColumns}, ${lastSeen} AS lastSeenAt, last_visit_at AS lastVisitAt,
           (SELECT count(*) FROM image
              WHERE patient_id = patient.id AND removed_at IS NULL) AS imageCount,
           (SELECT count(*) FROM lesion JOIN follow_up ON follow_up.lesion_id = lesion.id
              WHERE patient_id = patient.id AND ended_at IS NULL AND closed_on IS NULL
                AND (removed_at IS NULL OR merged_into IS NOT NULL)) AS awaitedCount
         FROM patient WHERE ${isOver} ORDER BY ${lastSeen}, id LIMIT :limit`,
        { ...asked, limit },
      )
      .map((row) => {
        const { lastVisitAt, ...facts } = decode(overdueRow, row, 'patient');
        const found = decode(patient, row, 'patient');
        return overduePatient.parse({
          ...facts,
          patient: found,
          hasVisits: lastVisitAt !== '',
          overSince: overSince(rule, facts.lastSeenAt, found.birthDate),
        });
      });
  }

  /** Keeps a patient until then, whatever the rule says; `null` takes it back. Throws `not-found`. */
  keepLonger(patientId: string, kept: KeptLonger | null): void {
    this.#connection.transaction(() => {
      const there = 'SELECT 1 FROM patient WHERE id = :patientId';
      if (!this.#connection.get(there, { patientId })) throw notFound('patient');
      this.#connection.run(
        'UPDATE patient SET kept_until = :until, kept_because = :reason WHERE id = :patientId',
        { patientId, until: kept?.until ?? null, reason: kept?.reason ?? '' },
      );
    });
  }

  /** Who is kept longer, as long as that lasts; the next to end first. */
  kept(today: string, limit: number): KeptPatient[] {
    return this.#connection
      .all(
        `SELECT ${patientColumns}, kept_until AS until, kept_because AS reason
         FROM patient WHERE kept_until > :today ORDER BY kept_until, id LIMIT :limit`,
        { today, limit },
      )
      .map((row) => {
        const { until, reason } = decode(keptLonger, row, 'patient');
        return { until, reason, patient: decode(patient, row, 'patient') };
      });
  }

  count(today: string): number {
    const asked = parametersOf(this.rule(), today);
    if (!asked) return 0;
    return scalar(this.#connection, `SELECT count(*) AS value FROM patient WHERE ${isOver}`, asked);
  }
}

/** Nothing where there is no rule. */
function parametersOf({ years, minorAge }: RetentionRule, today: string): Parameters | undefined {
  if (years === null) return undefined;
  const [year = 0, month = 1, day = 1] = monthsAfter(today, -12 * years)
    .split('-')
    .map(Number);
  return {
    today,
    // On the day itself it is over.
    seenBefore: new Date(year, month - 1, day + 1).toISOString(),
    bornAfter: minorAge === null ? null : monthsAfter(today, -12 * minorAge),
  };
}

function overSince(rule: RetentionRule, lastSeenAt: string, birthDate: string | null): string {
  const seen = localDay(new Date(lastSeenAt));
  const after = monthsAfter(seen, 12 * (rule.years ?? 0));
  const isMinor = birthDate !== null && monthsAfter(birthDate, 12 * adultYears) > seen;
  if (!isMinor || rule.minorAge === null) return after;
  const grown = monthsAfter(birthDate, 12 * rule.minorAge);
  return grown > after ? grown : after;
}

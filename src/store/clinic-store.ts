import { v7 as newId } from 'uuid';
import { z } from 'zod';
import type { Role, User } from '../clinic/entities/index.ts';
import {
  type NewClinicFile,
  readClinicFile,
  settled,
  withUserSlot,
  writeClinicFile,
} from './clinic-file.ts';
import { noteSlotChange, readClinicState } from './clinic-state.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import { StoreError } from './errors.ts';
import type { HighWater } from './high-water.ts';
import {
  newPassphraseKey,
  type PassphraseKey,
  type ScryptCost,
  sealUserSlot,
  type UserSlot,
} from './key-slots.ts';
import { assertStrong } from './passphrase.ts';
import { AuditRepository } from './repositories/audit.ts';
import { CorrectionRepository } from './repositories/corrections.ts';
import { DoubleRepository } from './repositories/doubles.ts';
import { FormDraftRepository } from './repositories/form-drafts.ts';
import { ImageRepository } from './repositories/images.ts';
import { IncidentRepository } from './repositories/incidents.ts';
import { LesionRepository } from './repositories/lesions.ts';
import { ModelRepository } from './repositories/models.ts';
import { PatientList } from './repositories/patient-list.ts';
import { PatientRepository } from './repositories/patients.ts';
import { ReadingRepository } from './repositories/readings.ts';
import { ReviewRepository } from './repositories/reviews.ts';
import { UserRepository } from './repositories/users.ts';
import { VisitRepository } from './repositories/visits.ts';

export interface OpenClinic {
  readonly folder: string;
  readonly connection: Connection;
  /** Zeroed by `close`. */
  readonly dataKey: Buffer;
  readonly highWater: HighWater;
  readonly scryptCost: ScryptCost;
  readonly clock: Clock;
}

const problem = z.object({ text: z.string() });

/** An unlocked clinic: its records, and the key that they are encrypted with. */
export class ClinicStore {
  readonly patients: PatientRepository;
  readonly patientList: PatientList;
  readonly lesions: LesionRepository;
  readonly visits: VisitRepository;
  readonly images: ImageRepository;
  readonly readings: ReadingRepository;
  readonly reviews: ReviewRepository;
  readonly models: ModelRepository;
  readonly audit: AuditRepository;
  readonly incidents: IncidentRepository;
  readonly corrections: CorrectionRepository;
  readonly doubles: DoubleRepository;
  readonly formDrafts: FormDraftRepository;
  readonly #users: UserRepository;
  readonly #clinic: OpenClinic;

  constructor(clinic: OpenClinic) {
    const { connection, clock } = clinic;
    this.#clinic = clinic;
    this.#users = new UserRepository(connection, clock);
    this.patients = new PatientRepository(connection, clock);
    this.patientList = new PatientList(connection, clock);
    this.lesions = new LesionRepository(connection, clock);
    this.visits = new VisitRepository(connection);
    this.readings = new ReadingRepository(connection, clock);
    this.images = new ImageRepository(connection, clock, this);
    this.reviews = new ReviewRepository(connection, clock);
    this.models = new ModelRepository(connection, clock);
    this.audit = new AuditRepository(connection, clock);
    this.incidents = new IncidentRepository(connection);
    this.corrections = new CorrectionRepository(connection, clock, this);
    this.doubles = new DoubleRepository(connection);
    this.formDrafts = new FormDraftRepository(connection, clock);
  }

  /** By the clinic's clock. */
  now(): Date {
    return this.#clinic.clock();
  }

  /**
   * Runs `work` in an immediate transaction; nested, in a savepoint of the outer one. When the
   * outermost returns, the work is on the disk; when `work` throws, nothing of it is.
   */
  transaction<T>(work: () => T): T {
    return this.#clinic.connection.transaction(work);
  }

  listUsers(): User[] {
    return this.#users.list();
  }

  /** False for a slot that was replaced, or never came to be. */
  hasSlot({ salt }: UserSlot): boolean {
    return this.#clinicFile().users.some((slot) => slot.salt === salt);
  }

  /**
   * `alongside` writes what belongs to it, such as its audit entry, in the same transaction. Throws
   * `duplicate-user` and `weak-passphrase`.
   */
  async addUser(
    added: { name: string; role: Role; passphrase: string },
    alongside: (user: User) => void = () => {},
  ): Promise<User> {
    const user = this.#users.prepare(added.name, added.role);
    this.#users.assertFree(user.name);
    await this.#changeSlot(user, added.passphrase, () => {
      this.#users.insert(user);
      alongside(user);
    });
    return user;
  }

  /** Gives a user a new passphrase; the former one no longer opens the clinic. `alongside` as above. */
  setPassphrase(user: User, passphrase: string, alongside: () => void = () => {}): Promise<void> {
    return this.#changeSlot(user, passphrase, alongside);
  }

  /**
   * Reads the whole database: every page's authentication, every index, every reference. Takes
   * some 8 s a gigabyte, during which the store does nothing else.
   */
  checkHealth(): { ok: boolean; detail: string } {
    try {
      const problems = this.#problems();
      return problems.length === 0
        ? { ok: true, detail: 'Every page is authentic and every record is whole.' }
        : { ok: false, detail: problems.join('; ') };
    } catch (error) {
      if (error instanceof StoreError) return { ok: false, detail: error.message };
      throw error;
    }
  }

  /** Moves the log into the database, releases the clinic and zeroes its key. Safe to call twice. */
  close(): void {
    const { folder, connection, dataKey, highWater } = this.#clinic;
    if (connection.isOpen)
      highWater.end((mark) => writeClinicFile(folder, { ...readClinicFile(folder), mark }));
    dataKey.fill(0);
    connection.close();
  }

  /** What is wrong, in SQLite's words: names of tables and numbers of rows, never their content. */
  #problems(): string[] {
    const { connection } = this.#clinic;
    const rows = [
      ...connection.all('SELECT integrity_check AS text FROM pragma_integrity_check LIMIT 10'),
      ...connection.all(
        `SELECT 'a record of ' || "table" || ' refers to a missing one of ' || parent AS text
         FROM pragma_foreign_key_check LIMIT 10`,
      ),
    ];
    const texts = z.array(problem).parse(rows);
    return texts.map(({ text }) => text).filter((text) => text !== 'ok');
  }

  /**
   * Changes a slot in clinic.json together with the database, whole or not at all: announced there,
   * decided by the commit, then carried out there, or else when the clinic is next opened.
   */
  async #changeSlot(user: User, passphrase: string, work: () => void): Promise<void> {
    const { folder, connection, dataKey } = this.#clinic;
    assertStrong(passphrase, [user.name, readClinicFile(folder).clinicName]);
    const key = await this.#passphraseKey(passphrase);
    const before = this.#clinicFile();
    const slot = sealUserSlot(before.clinicId, user, key, dataKey);
    const change = newId();
    writeClinicFile(folder, { ...before, pending: { change, slot } });
    try {
      connection.transaction(() => {
        work();
        noteSlotChange(connection, change);
      });
    } catch (error) {
      ifPossible(() => writeClinicFile(folder, before));
      throw error;
    }
    ifPossible(() => writeClinicFile(folder, withUserSlot(before, slot)));
  }

  /** clinic.json, with the change of slots done that the database took part in. */
  #clinicFile(): NewClinicFile {
    const { folder, connection } = this.#clinic;
    return settled(readClinicFile(folder), readClinicState(connection).slotChange);
  }

  /** A key for a new slot. Throws when the clinic was closed while it was derived. */
  async #passphraseKey(passphrase: string): Promise<PassphraseKey> {
    const { connection, scryptCost } = this.#clinic;
    const key = await newPassphraseKey(passphrase, scryptCost);
    if (connection.isOpen) return key;
    throw new StoreError(
      'not-found',
      'The clinic was locked in the meantime, so nothing was saved. Unlock it and try again.',
    );
  }
}

/** What is left undone is done when the clinic is next opened. */
function ifPossible(work: () => void): void {
  try {
    work();
  } catch {
    // The file is as it was.
  }
}

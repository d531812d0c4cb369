import { timingSafeEqual } from 'node:crypto';
import type { ClinicCopy } from '../clinic/entities/index.ts';
import { Accounts } from './accounts.ts';
import { type AuditVerdict, type CheckOptions, checkAudit } from './audit-check.ts';
import { type BackupOptions, type BackupResult, backUp } from './backup/back-up.ts';
import { vouchForAll } from './baseline.ts';
import { writeClinicFile } from './clinic-file.ts';
import { readClinicState } from './clinic-state.ts';
import { isBehind } from './clock.ts';
import { DataKeyChange } from './data-key.ts';
import { Erasures } from './erasure/erasures.ts';
import { enterFailedUnlocks } from './failed-unlocks.ts';
import { checkHealth, type HealthOptions, type HealthVerdict } from './health.ts';
import { schemaVersion } from './migrations.ts';
import { keyFileOf, type OpenClinic } from './open-clinic.ts';
import type { AuditRepository } from './repositories/audit.ts';
import { ChecklistRepository } from './repositories/checklists.ts';
import { ClassExampleRepository } from './repositories/class-examples.ts';
import { ClassPackRepository } from './repositories/class-packs.ts';
import { CommissioningRepository } from './repositories/commissioning.ts';
import { ConsentRepository } from './repositories/consents.ts';
import { CorrectionRepository } from './repositories/corrections.ts';
import { DoubleRepository } from './repositories/doubles.ts';
import { FollowUpRepository } from './repositories/follow-ups.ts';
import { FormDraftRepository } from './repositories/form-drafts.ts';
import { HeadVersionRepository } from './repositories/head-versions.ts';
import { HistologyRepository } from './repositories/histology.ts';
import { ImageRepository } from './repositories/images.ts';
import { IncidentRepository } from './repositories/incidents.ts';
import { LesionRepository } from './repositories/lesions.ts';
import { ListViewRepository } from './repositories/list-views.ts';
import { MeasuringRepository } from './repositories/measuring.ts';
import { ModelRepository } from './repositories/models.ts';
import { OverviewRepository } from './repositories/overviews.ts';
import { PatientList } from './repositories/patient-list.ts';
import { PatientMergeRepository } from './repositories/patient-merges.ts';
import { PatientRepository } from './repositories/patients.ts';
import { ReadingRepository } from './repositories/readings.ts';
import { RecentChangeRepository } from './repositories/recent-changes.ts';
import { RescoringRepository } from './repositories/rescorings.ts';
import { RetentionRepository } from './repositories/retention.ts';
import { ReviewRepository } from './repositories/reviews.ts';
import { SecondOpinionRepository } from './repositories/second-opinions.ts';
import { SettingsRepository } from './repositories/settings.ts';
import { SharedCaseRepository } from './repositories/shared-cases.ts';
import { TextTemplateRepository } from './repositories/text-templates.ts';
import { VisitRepository } from './repositories/visits.ts';
import { Worklist } from './repositories/worklist.ts';
import { setAside } from './set-aside.ts';

/** An unlocked clinic: its records, and the key that they are encrypted with. */
export class ClinicStore {
  readonly accounts: Accounts;
  readonly settings: SettingsRepository;
  readonly patients: PatientRepository;
  readonly patientList: PatientList;
  readonly lesions: LesionRepository;
  readonly visits: VisitRepository;
  readonly images: ImageRepository;
  readonly readings: ReadingRepository;
  readonly reviews: ReviewRepository;
  readonly secondOpinions: SecondOpinionRepository;
  readonly checklists: ChecklistRepository;
  readonly consents: ConsentRepository;
  readonly measuring: MeasuringRepository;
  readonly overviews: OverviewRepository;
  readonly followUps: FollowUpRepository;
  readonly histology: HistologyRepository;
  readonly worklist: Worklist;
  readonly listViews: ListViewRepository;
  readonly textTemplates: TextTemplateRepository;
  readonly models: ModelRepository;
  readonly audit: AuditRepository;
  readonly incidents: IncidentRepository;
  readonly commissioning: CommissioningRepository;
  readonly corrections: CorrectionRepository;
  readonly patientMerges: PatientMergeRepository;
  readonly doubles: DoubleRepository;
  readonly formDrafts: FormDraftRepository;
  readonly classExamples: ClassExampleRepository;
  readonly classPacks: ClassPackRepository;
  readonly headVersions: HeadVersionRepository;
  readonly rescorings: RescoringRepository;
  readonly retention: RetentionRepository;
  readonly sharedCases: SharedCaseRepository;
  readonly recentChanges: RecentChangeRepository;
  readonly erasures: Erasures;
  readonly dataKeyChange: DataKeyChange;
  readonly #clinic: OpenClinic;

  constructor(clinic: OpenClinic) {
    const { audit, connection, clock } = clinic;
    this.#clinic = clinic;
    this.accounts = new Accounts(clinic);
    this.settings = new SettingsRepository(connection);
    this.patients = new PatientRepository(connection, clock);
    this.patientList = new PatientList(connection, clock);
    this.lesions = new LesionRepository(connection, clock);
    this.visits = new VisitRepository(connection);
    this.readings = new ReadingRepository(connection, clock);
    this.images = new ImageRepository(connection, clock, this.lesions);
    this.reviews = new ReviewRepository(connection, clock);
    this.secondOpinions = new SecondOpinionRepository(connection, clock, this.reviews);
    this.checklists = new ChecklistRepository(connection, clock);
    this.consents = new ConsentRepository(connection, clock);
    this.measuring = new MeasuringRepository(connection, clock);
    this.overviews = new OverviewRepository(connection, clock, this.lesions);
    this.followUps = new FollowUpRepository(connection, clock, this.lesions);
    this.histology = new HistologyRepository(connection, clock, this.lesions);
    this.worklist = new Worklist(connection, clock, this);
    this.listViews = new ListViewRepository(connection, clock);
    this.textTemplates = new TextTemplateRepository(connection, clock);
    this.models = new ModelRepository(connection, clock);
    this.audit = audit;
    this.incidents = new IncidentRepository(connection);
    this.commissioning = new CommissioningRepository(connection, clock);
    this.corrections = new CorrectionRepository(connection, clock, this);
    this.patientMerges = new PatientMergeRepository(connection, clock, this);
    this.doubles = new DoubleRepository(connection, clock);
    this.formDrafts = new FormDraftRepository(connection, clock);
    this.classExamples = new ClassExampleRepository(connection, clock);
    this.classPacks = new ClassPackRepository(connection, clock);
    this.headVersions = new HeadVersionRepository(connection, clock);
    this.rescorings = new RescoringRepository(connection, clock);
    this.retention = new RetentionRepository(connection);
    this.sharedCases = new SharedCaseRepository(connection, clock);
    this.recentChanges = new RecentChangeRepository(connection, clock);
    this.erasures = new Erasures(clinic, this.headVersions);
    this.dataKeyChange = new DataKeyChange(clinic, this.accounts);
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

  /** As the function has it. */
  checkHealth(options?: HealthOptions): Promise<HealthVerdict> {
    return checkHealth(this.#clinic, options);
  }

  /** Whether it is the key of this clinic. */
  hasKey(dataKey: Buffer): boolean {
    return timingSafeEqual(dataKey, this.#clinic.dataKey);
  }

  /** As the function has it. */
  vouchForAll(): void {
    vouchForAll(this.#clinic.connection, this.audit);
  }

  /** As the function has it. */
  enterFailedUnlocks(isRestored: boolean): void {
    enterFailedUnlocks(this.#clinic.folder, this.#clinic.connection, this.audit, isRestored);
  }

  /** As `checkAudit` has it. */
  checkAudit(options?: CheckOptions): Promise<AuditVerdict> {
    return checkAudit(this.#clinic, options);
  }

  /** The version of the clinic's database. */
  get databaseVersion(): number {
    return schemaVersion(this.#clinic.connection);
  }

  /** The time of the newest records, while the clock is behind it: what is recorded now bears a wrong date. */
  clockBehind(): string | null {
    const recordedAt = this.audit.latestTime();
    return recordedAt && isBehind(this.now(), recordedAt) ? recordedAt : null;
  }

  /** As `setAside` has it. */
  setAside(
    root: string,
    program: string,
    onProgress?: (share: number) => void,
  ): Promise<ClinicCopy> {
    return setAside(this.#clinic, root, program, onProgress);
  }

  /** As `backUp` has it. */
  backUp(folder: string, program: string, options?: BackupOptions): Promise<BackupResult> {
    return backUp(this.#clinic, folder, program, options);
  }

  /** Moves the log into the database, releases the clinic and zeroes its key. Safe to call twice. */
  close(): void {
    const { folder, connection, dataKey, highWater, changes } = this.#clinic;
    try {
      if (!connection.isOpen) return;
      const seen = this.accounts.seen(keyFileOf(this.#clinic));
      highWater.end((mark) => writeClinicFile(folder, { ...seen, mark }));
      connection.followLog();
      changes.close(readClinicState(connection).commits);
    } finally {
      dataKey.fill(0);
      connection.close();
    }
  }
}

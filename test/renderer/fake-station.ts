import { type Handlers, serve } from '../../src/processes/channel.ts';
import type { Link } from '../../src/processes/link.ts';
import { linkedPair } from '../../src/processes/link.ts';
import {
  type StationContract,
  type Surroundings,
  stationContract,
  stationErrorCodes,
} from '../../src/station/contract/index.ts';
import { fakeAccelerators } from './fake-accelerators.ts';
import { FakeBackups } from './fake-backups.ts';
import { fakeChecklists } from './fake-checklists.ts';
import { fakeClasses } from './fake-classes.ts';
import { about, type Clinic, makeClinic } from './fake-clinic.ts';
import { fakeCommissioning } from './fake-commissioning.ts';
import { fakeConsents } from './fake-consents.ts';
import { fakeCopies } from './fake-copies.ts';
import { fakeCorrections, nextRevision } from './fake-corrections.ts';
import { fakeErasures } from './fake-erasures.ts';
import { fail } from './fake-errors.ts';
import { fakeExplanation } from './fake-explanation.ts';
import { fakeFollowUps, followDecision } from './fake-follow-ups.ts';
import { FakeHealth } from './fake-health.ts';
import { fakeImport } from './fake-import.ts';
import { countPatients, searchPatients } from './fake-lists.ts';
import { fakeMeasuring } from './fake-measuring.ts';
import { fakeMerges } from './fake-merges.ts';
import { askFake, fakeOpinions } from './fake-opinions.ts';
import { fakeOverviews } from './fake-overviews.ts';
import { fakePatientFolder } from './fake-patient-folder.ts';
import { fakeRecent } from './fake-recent.ts';
import { fakeReading, fakeWithAge } from './fake-records.ts';
import { fakeRetention } from './fake-retention.ts';
import { fakeSharing } from './fake-sharing.ts';
import { fakeTemplates } from './fake-templates.ts';
import { fakeUsers } from './fake-users.ts';
import { fakeViews, fakeWorklist } from './fake-worklist.ts';
import { drawLesion } from './phantom.ts';

export type Scenario =
  | 'first'
  | 'locked'
  | 'clinic'
  | 'demo'
  | 'devices'
  | 'empty'
  | 'newer'
  | 'large';

type Emit<T> = (event: T) => void;

/**
 * A station in the page, so that every screen can be looked at and tested by itself. Its patients
 * are invented and its images drawn; it keeps nothing.
 */
export class FakeStation {
  readonly clinic: Clinic;
  readonly backups = new FakeBackups();
  readonly health = new FakeHealth();
  /** What was said to be printed. */
  readonly printed: string[] = [];
  readonly #links = new Set<Link>();
  readonly #changes = new Set<Emit<{ topics: string[] }>>();
  readonly #idle = new Set<Emit<{ locksInMs: number | null }>>();
  /** When the screen said that somebody is there. */
  readonly presence: number[] = [];
  /** Of the pictures that it draws. */
  largestSidePx = 1024;
  /** While set, nothing can connect. */
  isAway = false;

  surroundings: Surroundings = { share: null, clockBehind: null };
  readonly #scenario: Scenario;
  readonly #overviews: ReturnType<typeof fakeOverviews>;
  readonly measuring: ReturnType<typeof fakeMeasuring>;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.clinic = makeClinic(scenario);
    this.#overviews = fakeOverviews(
      this.clinic,
      (...topics) => this.changed(...topics),
      scenario === 'large',
    );
    this.measuring = fakeMeasuring(this.clinic, (topic) => this.changed(topic));
  }

  /** The renderer's side of a new connection. */
  async open(): Promise<Link> {
    if (this.isAway) throw new Error('The fake station is away.');
    const [renderer, station] = linkedPair();
    serve(station, stationContract, this.#handlers(), {
      codes: stationErrorCodes,
      onInternalError: (procedure, error) => console.error(procedure, error),
    });
    this.#links.add(renderer);
    return renderer;
  }

  /** Asks a user about a reviewed image, blindly. */
  ask(imageId: string, askedOfId: string, question: string): void {
    askFake(this.clinic, imageId, { askedOfId, isBlind: true, question });
  }

  /** Cuts every connection. */
  leave(): void {
    this.isAway = true;
    for (const link of this.#links) link.close();
    this.#links.clear();
  }

  changed(...topics: string[]): void {
    for (const emit of this.#changes) emit({ topics });
  }

  /** Where a lesion of the first patient's is marked in the photograph of an address. */
  async markOf(label: string, hash: string): Promise<{ x: number; y: number } | null> {
    const lesion = this.clinic.lesions.find((each) => each.label === label);
    const overviewId = hash.split('/').at(-1) ?? '';
    const context = { signal: new AbortController().signal };
    const { markers } = await this.#overviews['overviews.get']({ overviewId }, context);
    const found = markers.find(({ lesionId }) => lesionId === lesion?.id);
    return found ? { x: found.x, y: found.y } : null;
  }

  warnOfLock(locksInMs: number | null): void {
    for (const emit of this.#idle) emit({ locksInMs });
  }

  #handlers(): Handlers<StationContract> {
    const { clinic } = this;
    const progress = new Set<Emit<never>>();
    const changed = (...topics: string[]) => this.changed(...topics);
    return {
      'session.state': () =>
        this.#scenario === 'newer'
          ? fail(
              'database-newer',
              'The clinic was last opened with a newer Dermaspike. Install that version to open it.',
            )
          : clinic.sessionState(),
      'session.surroundings': () => this.surroundings,
      'session.createClinic': ({ clinicName, userName, passphrase }) => {
        if (passphrase.length < 10)
          fail('weak-passphrase', 'The passphrase is too short: use at least 10 characters.');
        clinic.create(clinicName, userName);
        return {
          recoveryKey: 'K7QX-29MD-WR4T-8HVC-P3NZ-61JY-FB5S-E0GA',
          session: clinic.sessionState(),
        };
      },
      'session.openDemo': () => clinic.unlock(),
      'session.demoProgress': () => () => {},
      'session.unlock': ({ passphrase }) => {
        if (passphrase === 'of an older copy')
          fail(
            'database-older',
            'The clinic was not opened: the last 14 changes are missing from clinic.db; it stands as it was on 1 March 2026 at 10:20; the last change was made on 4 March 2026 at 16:30. It is an older copy, or its log clinic.db-wal was damaged or removed. The backup of 4 March 2026 at 12:00 in /media/clinic-disk/dermaspike has 9 changes more, of the 14 that are missing. Nothing was changed. Copy the data folder as it is, then restore the clinic from a backup; or open it with its recovery key, to go on with the records that are there.',
          );
        if (passphrase.startsWith('wrong'))
          fail('wrong-passphrase', 'That passphrase does not open the clinic. Try again.');
        const state = clinic.unlock();
        changed('session');
        return state;
      },
      'session.recover': () =>
        fail('wrong-recovery-key', 'That is not this clinic’s recovery key. Check each letter.'),
      'session.lock': () => {
        const state = clinic.lock();
        changed('session');
        return state;
      },
      'session.passphraseStrength': ({ passphrase }) =>
        passphrase.length < 20
          ? {
              level: 1,
              advice: 'Others would soon guess it. Four or more unrelated words are strong.',
            }
          : { level: 4, advice: 'Very strong.' },
      'session.lockAll': () => {
        const state = clinic.lock();
        changed('session');
        return state;
      },
      'session.active': () => {
        this.presence.push(Date.now());
        return {};
      },
      'session.idle': (_input, emit) => {
        this.#idle.add(emit);
        return () => this.#idle.delete(emit);
      },
      'session.leaveDemo': () => clinic.lock(),
      ...fakeUsers(clinic, changed),
      ...this.health.handlers(changed),
      ...fakeClasses(clinic, changed),
      ...fakeWorklist(clinic),
      ...fakeViews(changed),
      ...this.#overviews,
      'patients.search': (asked) => searchPatients(clinic, asked),
      'patients.count': (asked) => ({ count: countPatients(clinic, asked) }),
      'patients.get': ({ patientId }) => clinic.patientRecord(patientId),
      'patients.sideBySide': ({ patientId }) => clinic.sideBySide(patientId),
      'patients.enrol': (details) => {
        const patient = clinic.enrol(details);
        changed('patients');
        return patient;
      },
      'patients.update': ({ patientId, revision, details }) => {
        const patient = clinic.patient(patientId);
        Object.assign(patient, details, { revision: nextRevision(patient, revision) });
        changed('patients');
        return patient;
      },
      'patients.archive': ({ patientId }) => {
        const patient = clinic.patient(patientId);
        patient.archivedAt = new Date().toISOString();
        changed('patients');
        return patient;
      },
      'patients.restore': ({ patientId }) => {
        const patient = clinic.patient(patientId);
        patient.archivedAt = null;
        changed('patients');
        return patient;
      },
      'lesions.get': ({ lesionId }) => clinic.lesionRecord(lesionId),
      'lesions.add': ({ patientId, details }) => {
        const lesion = clinic.addLesion(patientId, details);
        changed('lesions');
        return lesion;
      },
      'lesions.update': ({ lesionId, revision, details }) => {
        const lesion = clinic.lesion(lesionId);
        Object.assign(lesion, details, { revision: nextRevision(lesion, revision) });
        changed('lesions');
        return lesion;
      },
      'images.import': async (input, { signal }) => {
        const report = (phase: string) => {
          for (const emit of progress) emit({ importId: input.importId, phase } as never);
        };
        const result = await fakeImport(clinic, input, report, signal);
        changed('images', 'readings');
        return result;
      },
      'images.get': ({ imageId }) => clinic.imageRecord(imageId),
      'images.thumbnail': async ({ imageId }) => {
        const { seed, stored } = clinic.image(imageId);
        return {
          bytes: await drawLesion(seed, 240, stored.widthPx / stored.heightPx),
          mediaType: 'image/png',
        };
      },
      'images.rendition': async ({ imageId, maxSidePx }) => {
        const { seed, stored } = clinic.image(imageId);
        const side = Math.min(maxSidePx, this.largestSidePx);
        return {
          bytes: await drawLesion(seed, side, stored.widthPx / stored.heightPx),
          mediaType: 'image/png',
        };
      },
      'images.remove': ({ imageId }) => {
        const { stored } = clinic.image(imageId);
        stored.removedAt = new Date().toISOString();
        changed('images');
        return stored;
      },
      'images.restore': ({ imageId }) => {
        const { stored } = clinic.image(imageId);
        stored.removedAt = null;
        changed('images');
        return stored;
      },
      'images.importProgress': (_input, emit) => {
        progress.add(emit as Emit<never>);
        return () => progress.delete(emit as Emit<never>);
      },
      'readings.read': ({ imageId }) => {
        const image = clinic.image(imageId);
        if (image.stored.fileName.startsWith('unreadable'))
          fail('accelerator-failed', 'The emulator stopped twice while reading this image.');
        const reading = fakeReading(
          imageId,
          image.seed,
          new Date().toISOString(),
          image.stored.qualityWarnings,
        );
        image.readings.unshift(reading);
        changed('readings');
        return reading;
      },
      'reviews.save': ({ imageId, readingId, details, request }) => {
        const review = clinic.addReview(imageId, readingId, details);
        followDecision(clinic, review);
        if (request) askFake(clinic, imageId, request);
        changed('reviews', 'followUps', 'opinions');
        return review;
      },
      'reviews.keepDraft': ({ imageId, draft }) => {
        clinic.image(imageId).draft = draft;
        changed('drafts');
        return {};
      },
      ...this.measuring,
      ...fakeCorrections(clinic, changed),
      ...fakeFollowUps(clinic, changed),
      ...fakeOpinions(clinic, changed),
      ...fakeAccelerators(clinic, this.#scenario === 'devices'),
      ...fakeCommissioning(changed),
      ...fakeCopies(),
      ...this.backups.handlers(changed, () => {
        clinic.create('Riverside Dermatology', 'Dr Edda Winter');
        clinic.lock();
        changed('session');
      }),
      ...fakeErasures(clinic, changed),
      ...fakePatientFolder(),
      ...fakeConsents(clinic, changed),
      ...fakeTemplates(clinic, changed),
      ...fakeSharing(clinic, changed),
      ...fakeRecent(clinic, changed),
      ...fakeMerges(clinic, changed),
      ...fakeRetention(clinic, changed),
      'readings.ofLesion': () => null,
      'reports.records': () => ({ csv: '\uFEFFrecord number\r\nR-1042\r\n', rows: 1 }),
      ...fakeChecklists(changed),
      'readings.explain': ({ imageId }) => fakeExplanation(clinic.imageRecord(imageId)),
      'readings.withAge': ({ imageId }) => fakeWithAge(clinic.imageRecord(imageId)),
      'readings.older': () => null,
      'readings.readOlder': () => ({}),
      about: () => about,
      'about.diagnostics': () => [
        'Dermaspike 0.1.0, network qana-4 0123456789ab',
        'linux 6.1.0 on x64; Node 24.21.0, V8 13.6, Electron none',
        'Memory: 12.1 of 25.2 GB free',
      ],
      'about.thirdParties': () => [
        {
          name: 'react',
          version: '19.3.1',
          licence: 'MIT',
          homepage: 'https://react.dev/',
          text: 'MIT License\n\nPermission is hereby granted, free of charge, to any person …',
        },
      ],
      'audit.verify': () => ({
        entries: 1482,
        unsigned: 0,
        records: 5210,
        intact: true,
        problems: [],
        problemsInAll: 0,
      }),
      'audit.printed': ({ subject }) => {
        this.printed.push(subject);
        return {};
      },
      'audit.list': ({ limit }) => clinic.audit.slice(0, limit),
      changes: (_input, emit) => {
        this.#changes.add(emit as Emit<{ topics: string[] }>);
        return () => this.#changes.delete(emit as Emit<{ topics: string[] }>);
      },
    };
  }
}

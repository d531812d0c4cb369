import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type PatientListView,
  patientListView,
  type WorklistView,
  worklistView,
} from '../../src/clinic/entities/index.ts';
import { Connection, type Parameters } from '../../src/store/connection.ts';
import { loadMigrations, migrate } from '../../src/store/migrations.ts';
import { AuditRepository } from '../../src/store/repositories/audit.ts';
import { ConsentRepository } from '../../src/store/repositories/consents.ts';
import { CorrectionRepository } from '../../src/store/repositories/corrections.ts';
import { DoubleRepository } from '../../src/store/repositories/doubles.ts';
import { FollowUpRepository } from '../../src/store/repositories/follow-ups.ts';
import { FormDraftRepository } from '../../src/store/repositories/form-drafts.ts';
import { HistologyRepository } from '../../src/store/repositories/histology.ts';
import { ImageRepository } from '../../src/store/repositories/images.ts';
import { IncidentRepository } from '../../src/store/repositories/incidents.ts';
import { LesionRepository } from '../../src/store/repositories/lesions.ts';
import { ListViewRepository } from '../../src/store/repositories/list-views.ts';
import { OverviewRepository } from '../../src/store/repositories/overviews.ts';
import { PatientList } from '../../src/store/repositories/patient-list.ts';
import { PatientRepository } from '../../src/store/repositories/patients.ts';
import { ReadingRepository } from '../../src/store/repositories/readings.ts';
import { RetentionRepository } from '../../src/store/repositories/retention.ts';
import { ReviewRepository } from '../../src/store/repositories/reviews.ts';
import { VisitRepository } from '../../src/store/repositories/visits.ts';
import { Worklist } from '../../src/store/repositories/worklist.ts';
import { temporaryFolder } from './harness.ts';

const clock = () => new Date();

interface Repositories {
  readonly patients: PatientRepository;
  readonly patientList: PatientList;
  readonly lesions: LesionRepository;
  readonly visits: VisitRepository;
  readonly images: ImageRepository;
  readonly readings: ReadingRepository;
  readonly worklist: Worklist;
  readonly listViews: ListViewRepository;
  readonly reviews: ReviewRepository;
  readonly audit: AuditRepository;
  readonly incidents: IncidentRepository;
  readonly corrections: CorrectionRepository;
  readonly doubles: DoubleRepository;
  readonly formDrafts: FormDraftRepository;
  readonly followUps: FollowUpRepository;
  readonly retention: RetentionRepository;
  readonly consents: ConsentRepository;
  readonly histology: HistologyRepository;
  readonly overviews: OverviewRepository;
}

/** The steps by which SQLite answers the queries that `work` makes. */
function planOf(work: (repositories: Repositories) => void): string[] {
  const connection = Connection.create(
    path.join(temporaryFolder(), 'plans.db'),
    new Uint8Array(32),
  );
  migrate(connection, loadMigrations(), clock);
  const audit = new AuditRepository(connection, clock);
  const all = connection.all.bind(connection);
  const steps: string[] = [];
  const explain = (sql: string, parameters: Parameters = {}) => {
    const rows = all(`EXPLAIN QUERY PLAN ${sql}`, parameters);
    steps.push(
      ...z
        .array(z.object({ detail: z.string() }))
        .parse(rows)
        .map((row) => row.detail),
    );
  };
  connection.all = (sql, parameters) => {
    explain(sql, parameters);
    return all(sql, parameters);
  };
  connection.get = (sql, parameters) => {
    explain(sql, parameters);
    return all(sql, parameters)[0];
  };
  const patients = new PatientRepository(connection, clock);
  const lesions = new LesionRepository(connection, clock);
  const readings = new ReadingRepository(connection, clock);
  const visits = new VisitRepository(connection);
  const images = new ImageRepository(connection, clock, lesions);
  work({
    patients,
    patientList: new PatientList(connection, clock),
    lesions,
    readings,
    visits,
    images,
    worklist: new Worklist(connection, clock, { patients, lesions, images, readings }),
    listViews: new ListViewRepository(connection, clock),
    reviews: new ReviewRepository(connection, clock),
    audit,
    incidents: new IncidentRepository(connection),
    corrections: new CorrectionRepository(connection, clock, { images, lesions, visits }),
    doubles: new DoubleRepository(connection, clock),
    formDrafts: new FormDraftRepository(connection, clock),
    followUps: new FollowUpRepository(connection, clock, lesions),
    retention: new RetentionRepository(connection),
    consents: new ConsentRepository(connection, clock),
    histology: new HistologyRepository(connection, clock, lesions),
    overviews: new OverviewRepository(connection, clock, lesions),
  });
  connection.close();
  return steps;
}

const search =
  (text: string, show: PatientListView['show'] = 'current') =>
  (of: Repositories) => {
    const view = patientListView.parse({ show });
    of.patientList.page({ ...view, text, after: null, limit: 50 });
  };

const lists: Record<string, (of: Repositories) => void> = {
  "a person's views of a list": (of) => of.listViews.list({ userId: 'x', list: 'worklist' }),
  'the unread images': (of) => of.images.listUnread(),
  'a patient search': search('mül ada'),
  'a search of the archived': search('mül ada', 'archived'),
  "a patient's consents": (of) => of.consents.listByPatient('x'),
  "a patient's lesions": (of) => of.lesions.listByPatient('x'),
  "a patient's visits": (of) => of.visits.listByPatient('x'),
  "a patient's removed lesions": (of) => of.lesions.listRemoved('x'),
  "a patient's removed images": (of) => of.images.listRemoved('x'),
  "an image's moves": (of) => of.corrections.movesOf('x'),
  'what was moved into a lesion': (of) => of.corrections.movesInto('x'),
  'what was moved out of a lesion': (of) => of.corrections.movesOutOf('x'),
  'possible doubles': (of) =>
    of.doubles.find({ familyName: 'Müller', givenName: 'Jörg', birthDate: '1961-03-04' }),
  'a draft of a form': (of) => of.formDrafts.get({ userId: 'x', form: 'patient', subjectId: 'y' }),
  "a lesion's images": (of) => of.images.listByLesion('x'),
  'an image by its bytes': (of) => of.images.findBySha256('x'),
  "an image's readings": (of) => of.readings.listByImage('x'),
  "an image's newest reading": (of) => of.readings.newestByImage('x'),
  "an image's reviews": (of) => of.reviews.listByImage('x'),
  "a person's draft of a review": (of) => of.reviews.draft({ imageId: 'x', reviewerId: 'y' }),
  "a person's drafts": (of) => of.reviews.draftedImages('x'),
  "a patient's overview photographs": (of) => of.overviews.listByPatient('x'),
  'an overview photograph by its bytes': (of) => of.overviews.findBySha256('x'),
  'the readings to repeat': (of) => of.incidents.imagesToRepeat(100),
};

test.each(Object.entries(lists))('%s: by index alone, without touching blobs', (_name, list) => {
  const steps = planOf(list);
  expect(steps.length).toBeGreaterThan(0);
  for (const step of steps) {
    expect(step).not.toMatch(/_original|_thumbnail|reading_spikes/);
    expect(step).not.toMatch(
      /^SCAN (?!.*USING (COVERING )?INDEX (image_unread|accelerator_incident_set_aside))/,
    );
  }
});

test.each([
  ['current', 'visit', 'patient_current_by_visit'],
  ['current', 'name', 'patient_current_by_name'],
  ['waiting', 'visit', 'patient_current_by_visit'],
  ['archived', 'visit', 'patient_archived_by_visit'],
  ['archived', 'name', 'patient_archived_by_name'],
] as const)(
  'the %s patients by %s come sorted out of an index, from any page on',
  (show, by, index) => {
    for (const descending of [false, true])
      for (const after of [null, by === 'visit' ? ['', 'x', 'y'] : ['x', 'y']]) {
        const steps = planOf((of) =>
          of.patientList.page({ show, sort: { by, descending }, text: '', after, limit: 50 }),
        );
        const walks = steps.filter((step) => step.includes(index));
        expect(walks, steps.join('\n')).toHaveLength(1);
        // A page's rows are sorted once more, when their counts have been made.
        expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toHaveLength(1);
      }
  },
);

test('the patients are counted in an index', () => {
  const count = (show: PatientListView['show']) =>
    planOf((of) => of.patientList.count({ text: '', show }));
  expect(count('current')).toEqual([
    expect.stringMatching(/^SCAN patient USING INDEX patient_current_by_/),
  ]);
  expect(count('archived')).toEqual([
    expect.stringMatching(/^SCAN patient USING INDEX patient_archived_by_/),
  ]);
});

test('a search looks its words and dates up in indices', () => {
  const steps = planOf(search('mül 14.3.1961 frinsedal'));
  for (const step of steps) {
    if (step.startsWith('SCAN'))
      expect(step).toMatch(/^SCAN (patient USING INDEX|\(subquery|CONST)/);
    if (step.startsWith('SEARCH patient_word'))
      expect(step).toMatch(/word[>=]|reversed>|patient_id=/);
  }
  expect(steps.join('\n')).toContain('patient_by_birth_date (birth_date>? AND birth_date<?)');
});

test('what a lesion and those merged into it wait for, and what was found of them, is looked up by index', () => {
  const plan = (work: (of: Repositories) => void) => planOf(work).join('\n');
  const merged = 'INDEX lesion_merged (merged_into=?)';
  const followUps = plan((of) => of.followUps.listByLesion('x'));
  expect(followUps).toContain('INDEX follow_up_by_lesion (lesion_id=?)');
  expect(followUps).toContain(merged);
  const histology = plan((of) => of.histology.listByLesion('x'));
  expect(histology).toContain('INDEX histology_by_lesion (lesion_id=?)');
  expect(histology).toContain(merged);
});

test('the follow-ups are walked in their order, from where a page begins', () => {
  const asked = { due: [], kinds: [], text: '', today: '2026-01-01', limit: 50 };
  const steps = planOf((of) => of.followUps.page({ ...asked, after: ['2026-01-01', 3] }));
  expect(steps.join('\n')).not.toMatch(/TEMP B-TREE/);
  expect(steps).toContainEqual(expect.stringMatching(/follow_up USING INDEX follow_up_due/));
});

test('whose time is over is walked in its order, the longest ago first', () => {
  const steps = planOf(({ retention }) => {
    retention.setRule({ years: 10, minorAge: 25 });
    retention.overdue('2026-11-28', 100);
  });
  expect(steps.join('\n')).not.toMatch(/TEMP B-TREE/);
  expect(steps).toContainEqual(
    expect.stringMatching(/SEARCH patient USING INDEX patient_by_last_seen/),
  );
});

const waiting = (view: Partial<WorklistView>, text = '') => ({
  ...worklistView.parse(view),
  text,
  only: null,
  reviewerId: 'x',
});

describe.each([
  ['verdict', [4, 'x', 'x', 4, 'x', 'x']],
  ['imported', ['x', 'x', 'x', 'x']],
  ['waiting', ['x', 'x', 'x', 'x']],
  ['patient', ['x', 'x', 'x']],
  ['site', [4, 'x', 'x', 'x']],
] as const)('the worklist by %s', (by, after) => {
  const views: Partial<WorklistView>[] = [
    {},
    { verdicts: ['suspicious', 'unclear'] },
    { sites: ['face', 'ear'], overDays: 7 },
    { verdicts: ['not-read'], sites: ['face'], begun: true },
  ];

  test.each([false, true])(
    'walks one index from the cursor on, whatever is filtered; reversed: %s',
    (reversed) => {
      for (const view of views)
        for (const at of [null, [...after]]) {
          const asked = waiting({ ...view, sort: { by, reversed } });
          const steps = planOf((of) => of.worklist.page({ ...asked, after: at, limit: 50 }));
          const walked = steps.filter((step) => step.includes(`waiting_lesion_by_${by}`));
          expect(walked, steps.join('\n')).toEqual([
            expect.stringMatching(`^${at ? 'SEARCH' : 'SCAN'} waiting_lesion USING COVERING INDEX`),
          ]);
          // The rows of the page alone are sorted once more.
          expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toHaveLength(1);
        }
    },
  );
});

test('the worklist is counted in an index that holds all that it is filtered by', () => {
  for (const view of [{}, { verdicts: ['suspicious' as const] }, { sites: ['face' as const] }]) {
    const steps = planOf((of) => of.worklist.counts(waiting(view)));
    for (const step of steps.filter((other) => /(SCAN|SEARCH) waiting_lesion/.test(other)))
      expect(step).toContain('USING COVERING INDEX waiting_lesion_');
  }
});

test('a place in the worklist is found by indices', () => {
  const id = '01890000-0000-7000-8000-000000000000';
  const steps = planOf((of) => expect(() => of.worklist.around(waiting({}), id)).toThrow());
  for (const step of steps) expect(step).toMatch(/USING (COVERING )?INDEX/);
});

test('the unread images come sorted out of their index', () => {
  const unread = planOf((of) => of.images.listUnread());
  expect(unread).toEqual(['SCAN image USING INDEX image_unread']);
});

test('the newest audit entries are the last rows, not a sorted table', () => {
  const steps = planOf((of) => of.audit.list(10));
  for (const step of steps) expect(step).not.toContain('TEMP B-TREE');
});

test('what is marked in overview photographs is looked up by index', () => {
  const marks: ((of: Repositories) => void)[] = [
    (of) => of.overviews.markersIn('x'),
    (of) => of.overviews.markersOfPatient('x'),
    (of) => of.overviews.markersOfLesion('x'),
  ];
  for (const work of marks) {
    const steps = planOf(work).join('\n');
    expect(steps).toMatch(/SEARCH overview_marker USING/);
    expect(steps).not.toMatch(/SCAN (overview|overview_marker|marker|lesion|user)\b/);
  }
});

test('the bytes of an image are looked up by its id', () => {
  const [step] = planOf((of) => expect(() => of.images.original('x')).toThrow());
  expect(step).toMatch(/^SEARCH image_original USING INDEX/);
});

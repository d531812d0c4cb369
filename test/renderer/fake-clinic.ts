import type { z } from 'zod';
import type { StationOutput } from '../../renderer/src/station/connection.ts';
import {
  type ClinicSettings,
  type Confirmation,
  type FollowUp,
  type Histology,
  isOpinionAwaited,
  type Lesion,
  type LesionDetails,
  type LesionImage,
  type Patient,
  patientDetails,
  type Reading,
  type Review,
  type ReviewDetails,
  type ReviewDraft,
  type ScreenSettings,
  type SecondOpinion,
  type TextTemplate,
  type User,
  type Visit,
} from '../../src/clinic/entities/index.ts';
import type { DataKeyState, MoveNote, SessionState } from '../../src/station/contract/index.ts';
import { fail } from './fake-errors.ts';
import { addCrowd, fillClinic } from './fake-patients.ts';
import { classes, fakeHash, fakeId, fakeReading, hoursAgo } from './fake-records.ts';
import type { Scenario } from './fake-station.ts';

export interface StoredImage {
  readonly stored: LesionImage;
  readonly seed: number;
  readonly readings: Reading[];
  readonly reviews: Review[];
  draft?: ReviewDraft;
  mergedFrom?: string;
}

export interface StoredMove {
  readonly imageId: string;
  readonly from: string;
  readonly to: string;
  readonly movedAt: string;
}

export const about: StationOutput<'about'> = {
  version: '0.1.0',
  network: {
    name: 'qana-4',
    sha256: fakeHash(3),
    inputSizePx: 128,
    trained: '2025-11-23',
    licence: 'CC BY-NC 4.0',
    classes: [...classes],
    figures: {
      count: 1762,
      accuracy: 0.7565,
      balancedAccuracy: 0.6563,
      macroF1: 0.6517,
      macroAuc: 0.9417,
      ece: 0.0315,
      recall: { akiec: 0.55, bcc: 0.71, bkl: 0.49, df: 0.44, mel: 0.74, nv: 0.82, vasc: 0.85 },
    },
    evidence: {
      intervals: {
        accuracy: [0.736, 0.778],
        balancedAccuracy: [0.61, 0.701],
        macroF1: [0.61, 0.69],
        macroAuc: [0.931, 0.952],
        ece: [0.02, 0.045],
      },
      recallIntervals: { akiec: [0.41, 0.68], mel: [0.67, 0.8], nv: [0.8, 0.84] },
      codes: classes.map(({ code }) => code),
      confusion: classes.map((_, truth) =>
        classes.map((__, named) =>
          truth === named ? 90 - truth * 9 : (truth * 7 + named * 3) % 11,
        ),
      ),
      reliability: [
        { confidence: 0.32, accuracy: 0.29, count: 40 },
        { confidence: 0.55, accuracy: 0.51, count: 210 },
        { confidence: 0.78, accuracy: 0.74, count: 390 },
        { confidence: 0.96, accuracy: 0.95, count: 1122 },
      ],
      verdict: {
        sensitivity: 0.97,
        specificity: 0.61,
        suspicious: { sensitivity: 0.966, specificity: 0.64 },
        found: Object.fromEntries(
          classes.map(({ code, gravity }) => [code, gravity === 'benign' ? 0.37 : 0.97]),
        ),
        counts: Object.fromEntries(
          classes.map(({ code, gravity }) => [
            code,
            gravity === 'benign'
              ? { suspicious: 60, unusable: 2, unclear: 4, 'no-sign': 110 }
              : { suspicious: 90, unusable: 1, unclear: 2, 'no-sign': 3 },
          ]),
        ),
        intervals: { sensitivity: [0.95, 0.985], specificity: [0.585, 0.635] },
      },
      referral: { sensitivity: 0.951, specificity: 0.68 },
      conformal: { coverage: 0.903, meanSetSize: 1.62 },
      outOfDistribution: { auroc: 0.984, rejected: 0.93, skinLost: 0.05 },
      sources: [
        {
          ...{ source: 'bcn', count: 2474, melanomas: 572, accuracy: 0.59, balancedAccuracy: 0.54 },
          ...{ melanomaAuroc: 0.853, coverage: 0.87, setSize: 2.9 },
        },
      ],
      confirmation: [
        { group: 'follow_up', count: 660, accuracy: 0.97 },
        { group: 'histo', count: 930, accuracy: 0.68 },
      ],
      melanomaAgainstBiopsiedNaevi: { auroc: 0.884, naevi: 260, withoutASign: 0.37 },
      consistency: {
        ...{ frame: 0.97, scale: 0.92, compression: 0.98, brightness: 0.95, turn: 0.93 },
        ...{ all: 0.95, count: 300 },
      },
      subgroups: [
        {
          ...{ by: 'localization', group: 'back', count: 401 },
          ...{ accuracy: 0.742, balancedAccuracy: 0.66, melanomaRecall: 0.71 },
        },
        {
          ...{ by: 'sex', group: 'female', count: 801 },
          ...{ accuracy: 0.77, balancedAccuracy: 0.65, melanomaRecall: 0.69 },
        },
        {
          ...{ by: 'age', group: '0-19', count: 21 },
          ...{ accuracy: null, balancedAccuracy: null, melanomaRecall: null },
        },
      ],
    },
    data: 'HAM10000, 8,998 images of 6,723 lesions; split by lesion; figures on fold 4',
    limitations: [
      'Advice for a trained clinician, not a diagnosis; it must not rule out a melanoma.',
      'Knows seven classes only; anything else is still given one of the seven.',
      'Performance by skin phototype is unknown: the data come mostly from fair skin.',
    ],
  },
};

/** The fake station's records: plain arrays and maps. */
export class Clinic {
  state: SessionState['state'] = 'unlocked';
  name = 'Riverside Dermatology';
  isDemo = false;
  settings: ClinicSettings = { lockAfterMs: 600_000, impressionFirst: false };
  screenSettings: ScreenSettings = { theme: 'system', singleKeys: true, language: null };
  templates: TextTemplate[] = [];
  dataKey: DataKeyState = { changedAt: null, change: null, shutOut: [] };
  readonly users: User[] = [];
  readonly patients: Patient[] = [];
  readonly lesions: Lesion[] = [];
  readonly visits: Visit[] = [];
  readonly images: StoredImage[] = [];
  readonly opinions: SecondOpinion[] = [];
  readonly followUps: FollowUp[] = [];
  readonly histology: Histology[] = [];
  /** Newest first. */
  /** Patients who were erased and came back with a backup. */
  readonly cameBack: string[] = [];
  /** How far the person of a colleague's case was kept before. */
  keptBefore: 'whole' | 'part' | undefined;
  /** Lesions about which the user is blindly asked. */
  readonly heldBack = new Set<string>();
  /** Images that have writing in them. */
  readonly withWriting = new Set<string>();
  readonly erasedOverviews = new Set<string>();
  readonly erasedList = { isDamaged: false, unproven: 0 };
  readonly moves: StoredMove[] = [];
  /** Of images that are examples, how each class was confirmed. */
  readonly examples = new Map<string, Map<string, Confirmation>>();
  readonly audit: { at: string; userName: string; action: string; subject: string }[] = [];

  sessionState(): SessionState {
    const [user] = this.users;
    const clinic = { clinicName: this.name, demo: this.isDemo };
    if (this.state === 'no-clinic' || !user) return { state: 'no-clinic' };
    return this.state === 'unlocked'
      ? { state: 'unlocked', ...clinic, user }
      : {
          state: 'locked',
          ...clinic,
          userNames: this.users.filter(({ disabledAt }) => !disabledAt).map(({ name }) => name),
        };
  }

  create(clinicName: string, userName: string): void {
    this.name = clinicName;
    this.addUser(userName, 'administrator');
    this.state = 'unlocked';
  }

  unlock(): SessionState {
    if (this.users.length === 0) {
      this.isDemo = true;
      this.create('Demo clinic', 'Demo clinician');
      fillClinic(this);
    }
    this.state = 'unlocked';
    return this.sessionState();
  }

  lock(): SessionState {
    this.state = this.users.length > 0 ? 'locked' : 'no-clinic';
    return this.sessionState();
  }

  addUser(name: string, role: User['role']): User {
    if (this.users.some((user) => user.name === name))
      fail('duplicate-user', `There is already a user called ${name}. Choose another name.`);
    const user: User = { id: fakeId(), name, role, createdAt: hoursAgo(2000), disabledAt: null };
    this.users.push(user);
    return user;
  }

  enrol(given: z.input<typeof patientDetails>): Patient {
    const details = patientDetails.parse(given);
    const { recordNumber } = details;
    if (recordNumber && this.patients.some((other) => other.recordNumber === recordNumber))
      fail('duplicate-record-number', `Record number ${recordNumber} is already in use.`);
    const now = new Date().toISOString();
    const patient = {
      ...details,
      id: fakeId(),
      revision: 1,
      createdAt: now,
      updatedAt: now,
      archivedAt: null,
    };
    this.patients.push(patient);
    return patient;
  }

  addLesion(patientId: string, details: LesionDetails): Lesion {
    const lesion: Lesion = {
      ...details,
      id: fakeId(),
      patientId,
      revision: 1,
      createdAt: new Date().toISOString(),
      closure: null,
      removedAt: null,
      mergedInto: null,
    };
    this.lesions.push(lesion);
    return lesion;
  }

  addReview(imageId: string, readingId: string | null, details: ReviewDetails): Review {
    const [user] = this.users;
    const review: Review = {
      ...details,
      id: fakeId(),
      imageId,
      readingId,
      reviewerId: user?.id ?? fakeId(),
      reviewerName: user?.name ?? '',
      createdAt: new Date().toISOString(),
    };
    const image = this.image(imageId);
    image.reviews.unshift(review);
    delete image.draft;
    return review;
  }

  patient(id: string): Patient {
    return this.patients.find((patient) => patient.id === id) ?? notFound('patient');
  }
  lesion(id: string): Lesion {
    return this.lesions.find((lesion) => lesion.id === id) ?? notFound('lesion');
  }
  image(id: string): StoredImage {
    return this.images.find(({ stored }) => stored.id === id) ?? notFound('image');
  }

  entry({ stored, readings, reviews }: StoredImage) {
    const [review = null] = this.#isBlind(stored.id) ? [] : reviews;
    return { image: stored, reading: readings[0] ?? null, review };
  }

  /** Whether the first user is asked for a second opinion and is not to see others’ reviews. */
  #isBlind(imageId: string): boolean {
    const [me] = this.users;
    return this.opinions.some(
      (each) =>
        each.imageId === imageId &&
        each.isBlind &&
        each.askedOfId === me?.id &&
        isOpinionAwaited(each),
    );
  }

  /** The oldest first. */
  waitingImages() {
    return this.images
      .filter(({ stored, reviews }) => reviews.length === 0 && stored.removedAt === null)
      .map((image) => {
        const lesion = this.lesion(image.stored.lesionId);
        const patient = this.patient(lesion.patientId);
        return { ...this.entry(image), lesion, patient, isBegun: image.draft !== undefined };
      });
  }

  sideBySide(patientId: string) {
    return this.patientRecord(patientId).lesions.flatMap(({ lesion, images }, at) => {
      const newest = images.at(-1);
      return newest ? [{ ...newest, lesion, oddness: 0.38 / (at + 1) }] : [];
    });
  }

  patientRecord(patientId: string) {
    const lesions = this.lesions.filter((lesion) => lesion.patientId === patientId);
    const isHere = ({ stored }: StoredImage) => lesions.some(({ id }) => id === stored.lesionId);
    return {
      patient: this.patient(patientId),
      removed: {
        lesions: lesions
          .filter(({ removedAt }) => removedAt !== null)
          .map((lesion) => ({
            lesion,
            ...this.#movesAt(lesion.id),
            ...this.#knownOf(lesion.id),
          })),
        images: this.images
          .filter((image) => isHere(image) && image.stored.removedAt !== null)
          .map((image) => this.entry(image)),
      },
      lesions: lesions
        .filter(({ removedAt }) => removedAt === null)
        .map((lesion) => ({
          lesion,
          ...this.#movesAt(lesion.id),
          ...this.#knownOf(lesion.id),
          images: this.#imagesOf(lesion.id).slice(-12),
          imageCount: this.#imagesOf(lesion.id).length,
        })),
      visits: this.visits.filter((visit) => visit.patientId === patientId),
    };
  }

  imageRecord(imageId: string) {
    const { stored, readings, reviews, draft = null } = this.image(imageId);
    const lesion = this.lesion(stored.lesionId);
    const patient = this.patient(lesion.patientId);
    const moves = this.moves
      .filter((move) => move.imageId === imageId)
      .map((move) => this.#moveNote(move, move.from));
    const { awaited } = this.#knownOf(lesion.id);
    const opinions = this.opinions.filter((each) => each.imageId === imageId);
    const isBlind = this.#isBlind(imageId);
    return {
      ...{ image: stored, lesion, patient, readings, moves, draft, opinions, isBlind },
      ...{ reviews: isBlind ? [] : reviews, awaited: isBlind ? [] : awaited },
    };
  }

  lesionRecord(lesionId: string) {
    const lesion = this.lesion(lesionId);
    return {
      lesion,
      patient: this.patient(lesion.patientId),
      images: this.images
        .filter(({ stored }) => stored.lesionId === lesionId && stored.removedAt === null)
        .map((image) => ({ ...this.entry(image), reviews: image.reviews })),
      followUps: this.followUps.filter((each) => each.lesionId === lesionId),
      histology: this.#knownOf(lesionId).histology,
    };
  }

  #imagesOf(lesionId: string) {
    return this.images
      .filter(({ stored }) => stored.lesionId === lesionId && stored.removedAt === null)
      .map((image) => this.entry(image));
  }

  #knownOf(lesionId: string) {
    return {
      awaited: this.followUps.filter((each) => each.lesionId === lesionId && !each.ended),
      histology: this.histology.filter((each) => each.lesionId === lesionId),
    };
  }

  #movesAt(lesionId: string) {
    const place = ({ imageId }: StoredMove) => this.image(imageId).stored.lesionId;
    return {
      movedIn: this.moves
        .filter((move) => move.to === lesionId && place(move) === lesionId)
        .map((move) => this.#moveNote(move, move.from)),
      movedOut: this.moves
        .filter((move) => move.from === lesionId && place(move) !== lesionId)
        .map((move) => this.#moveNote(move, place(move))),
    };
  }

  #moveNote({ imageId, movedAt }: StoredMove, lesionId: string): MoveNote {
    const lesion = this.lesion(lesionId);
    return {
      imageId,
      fileName: this.image(imageId).stored.fileName,
      movedAt,
      userName: this.users[0]?.name ?? '',
      lesion,
      patient: this.patient(lesion.patientId),
    };
  }

  read(image: StoredImage, createdAt: string): void {
    image.readings.unshift(
      fakeReading(image.stored.id, image.seed, createdAt, image.stored.qualityWarnings),
    );
  }
}

const notFound = (what: string): never => fail('not-found', `There is no such ${what}.`);

export function makeClinic(scenario: Scenario): Clinic {
  const clinic = new Clinic();
  if (scenario === 'first') {
    clinic.state = 'no-clinic';
    return clinic;
  }
  clinic.addUser(scenario === 'demo' ? 'Demo clinician' : 'Dr Edda Winter', 'administrator');
  if (scenario === 'empty') return clinic;
  if (scenario !== 'demo') clinic.addUser('Dr Tomas Lindqvist', 'clinician');
  clinic.isDemo = scenario === 'demo';
  if (clinic.isDemo) clinic.name = 'Demo clinic';
  fillClinic(clinic);
  if (scenario === 'large') addCrowd(clinic);
  if (scenario === 'locked') clinic.state = 'locked';
  return clinic;
}

import { createHash } from 'node:crypto';
import {
  lesionDetails,
  type Patient,
  type SharedCase,
  type SharedImage,
  type SharedLesion,
  type SharedPerson,
} from '../../clinic/entities/index.ts';
import { formatDate, formatDay } from '../../clinic/wording/dates.ts';
import { findingText } from '../../clinic/wording/follow-ups.ts';
import { decisionNames, impressionName } from '../../clinic/wording/readings.ts';
import { t } from '../../language/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import { StationError } from '../errors.ts';
import type { Importer, ImportFile } from '../importer.ts';
import type { Work } from '../session.ts';
import type { OpenCase } from './sharing.ts';

const mostNote = 4000;

/** What of a person is in the clinic now, whether it came before or just now. */
export interface Kept {
  readonly lesions: number;
  readonly images: number;
  /** Pictures that the clinic has elsewhere, which stay where they are. */
  readonly duplicates: number;
  /** Pictures that could not be stored. */
  readonly failed: number;
}

/** A person of whom some was kept before. */
export interface KeptPerson {
  readonly personRef: string;
  readonly patient: Patient;
  /** Nothing is left to keep: a lock, or a fault, came between otherwise. */
  readonly isWhole: boolean;
}

/** Who of the case is here already. */
export function keptPersons(store: ClinicStore, open: OpenCase): KeptPerson[] {
  const kept = store.sharedCases.keptLesions(nameOf(open));
  return open.case.persons.flatMap((person) => {
    const patientId = keptWith(store, kept, person);
    if (patientId === undefined) return [];
    const current = currentOf(store, person, kept);
    const isHere = ({ lesion, sha256 }: Picture) => {
      const lesionId = current.get(lesion.ref);
      return (
        lesionId === undefined ||
        store.images.findBySha256(sha256) !== null ||
        store.images.wasRemoved(lesionId, sha256)
      );
    };
    const isWhole =
      person.lesions.every(({ ref }) => kept.has(ref)) && picturesOf(open, person).every(isHere);
    return [{ personRef: person.ref, patient: store.patients.get(patientId), isWhole }];
  });
}

/**
 * Copies a person of a colleague's case into a patient of one's own: the lesions at once, with what was said of them as
 * notes, for it is nobody's word here; then the pictures, which this clinic reads itself. Shifted dates are no
 * facts: of a de-identified case they stand in the notes alone, said to be such. What was kept before is known
 * again, and what was removed since stays so. Throws `duplicate-image` where the clinic has every picture from elsewhere,
 * and `case-kept` where the person is another patient already.
 */
export async function keepPerson(
  work: Work,
  importer: Pick<Importer, 'import'>,
  open: OpenCase,
  { personRef, patientId }: { readonly personRef: string; readonly patientId: string },
  given: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
): Promise<Kept> {
  const { store } = work;
  const person = open.case.persons.find(({ ref }) => ref === personRef);
  if (!person) throw new StationError('not-found', 'The case has no such person.');
  store.patients.get(patientId);
  const pictures = picturesOf(open, person);
  const lesions = addLesions(work, open, person, patientId, pictures);
  const images = new Set<string>();
  let [duplicates, failed] = [0, 0];
  for (const [at, picture] of pictures.entries()) {
    const lesionId = lesions.get(picture.lesion.ref);
    if (lesionId === undefined || store.images.wasRemoved(lesionId, picture.sha256)) continue;
    try {
      const file = fileOf(open.case, picture, lesionId);
      const { image } = await importer.import(work, file, given);
      const isElsewhere =
        store.lesions.find(image.lesionId)?.id !== store.lesions.find(lesionId)?.id;
      if (isElsewhere || images.has(image.id)) duplicates += 1;
      else images.add(image.id);
    } catch (error) {
      work.assertOpen();
      given.signal.throwIfAborted();
      if (!(error instanceof Error && 'code' in error)) throw error;
      failed += 1;
    }
    given.onProgress((at + 1) / pictures.length);
  }
  return { lesions: new Set(lesions.values()).size, images: images.size, duplicates, failed };
}

interface Picture {
  readonly lesion: SharedLesion;
  readonly image: SharedImage;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

function picturesOf(open: OpenCase, { lesions }: SharedPerson): Picture[] {
  return lesions.flatMap((lesion) =>
    lesion.images.flatMap((image) => {
      const bytes = open.pictures[image.picture];
      if (!bytes) return [];
      return [{ lesion, image, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }];
    }),
  );
}

function fileOf(shared: SharedCase, { image, bytes }: Picture, lesionId: string): ImportFile {
  // A day alone, or one that is shifted, says nothing of when it was taken.
  const isTaken = !shared.isDeidentified && image.capturedAt?.includes('T');
  return {
    lesionId,
    fileName: `${shared.caseId.slice(0, 8)} ${image.ref}.jpg`,
    known: { device: image.device, capturedAt: isTaken ? image.capturedAt : null },
    // A copy: what is open is zeroed when it is closed.
    bytes: Uint8Array.from(bytes),
  };
}

/** The signer belongs to it: nobody else's case goes for this one. */
const nameOf = ({ case: { caseId }, fingerprint }: OpenCase) => ({
  caseId,
  signer: fingerprint.replaceAll(' ', ''),
});

/** As which patient the person was kept; undefined for nobody. */
function keptWith(
  { lesions }: ClinicStore,
  kept: ReadonlyMap<string, string>,
  person: SharedPerson,
): string | undefined {
  const [lesionId] = person.lesions.flatMap(({ ref }) => kept.get(ref) ?? []);
  return lesionId === undefined ? undefined : lesions.get(lesionId).patientId;
}

/** The clinic's lesions by how the case calls them: those that are not there yet are added. */
function addLesions(
  { store, userId }: Work,
  open: OpenCase,
  person: SharedPerson,
  patientId: string,
  pictures: readonly Picture[],
): ReadonlyMap<string, string> {
  return store.transaction(() => {
    const kept = new Map(store.sharedCases.keptLesions(nameOf(open)));
    const before = keptWith(store, kept, person);
    if (before === undefined) assertNew(store, pictures);
    else if (before !== patientId)
      throw new StationError(
        'case-kept',
        'This person was kept already, as another patient. Open the case again to go on there.',
      );
    const missing = person.lesions.filter(({ ref }) => !kept.has(ref));
    for (const lesion of missing) {
      const { ref, bodySite, laterality, position } = lesion;
      const details = lesionDetails.parse({
        ...{ bodySite, laterality, position, label: lesion.label.trim() || ref },
        note: noteOf(open.case, lesion),
      });
      const { id } = store.lesions.add(patientId, details);
      store.sharedCases.noteKept(nameOf(open), ref, id);
      kept.set(ref, id);
    }
    if (missing.length > 0) {
      const of = missing.map(({ ref }) => `lesion:${kept.get(ref)}`).join(' ');
      const subject = `case:${open.case.caseId} patient:${patientId} ${of}`;
      store.audit.append({ userId, action: 'case.keep', subject });
    }
    return currentOf(store, person, kept);
  });
}

/** Those of them that are there, or the ones that they were merged into: what was removed since stays so. */
function currentOf(
  { lesions }: ClinicStore,
  person: SharedPerson,
  kept: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map(
    person.lesions.flatMap(({ ref }): [string, string][] => {
      const id = kept.get(ref);
      const current = id === undefined ? undefined : lesions.find(id);
      return current ? [[ref, current.id]] : [];
    }),
  );
}

function assertNew(store: ClinicStore, pictures: readonly Picture[]): void {
  if (pictures.length > 0 && pictures.every(({ sha256 }) => store.images.findBySha256(sha256)))
    throw new StationError(
      'duplicate-image',
      'This clinic has all pictures of this person already, so nothing was kept again.',
    );
}

/** Where it comes from, and what was said of it there. */
function noteOf(shared: SharedCase, lesion: SharedLesion): string {
  const classes = lesion.images.flatMap(({ reading }) => reading?.probabilities ?? []);
  const from = t('From a case of {clinicName}, sealed by {senderName} on {date}.', {
    ...{ clinicName: shared.clinicName, senderName: shared.senderName },
    date: formatDate(shared.madeAt),
  });
  const shifted = t('It was de-identified: the dates below are shifted.');
  const said = lesion.images.flatMap(({ ref, reviews }) =>
    reviews.map(({ impression, decision, byName, on, note }) =>
      [
        `${ref}: ${impressionName(impression, classes)}, ${decisionNames[decision]}`,
        [byName, formatDay(on)].filter(Boolean).join(', '),
        note,
      ]
        .filter(Boolean)
        .join('; '),
    ),
  );
  const found = lesion.histology.map((finding) =>
    [`${findingText(finding)}, ${formatDay(finding.takenOn)}`, finding.number, finding.text]
      .filter(Boolean)
      .join('; '),
  );
  const lines = [
    from,
    ...(shared.isDeidentified && said.length + found.length > 0 ? [shifted] : []),
    ...found,
    ...said,
    ...(lesion.note ? [lesion.note] : []),
  ];
  return lines.join('\n').slice(0, mostNote);
}

import { createHash } from 'node:crypto';
import {
  type Lesion,
  lesionDetails,
  type SharedCase,
  type SharedLesion,
  type SharedPerson,
} from '../../clinic/entities/index.ts';
import { formatDate, formatDay } from '../../clinic/wording/dates.ts';
import { findingText } from '../../clinic/wording/follow-ups.ts';
import { decisionNames, impressionName } from '../../clinic/wording/readings.ts';
import { t } from '../../language/index.ts';
import { StationError } from '../errors.ts';
import type { Importer } from '../importer.ts';
import type { Work } from '../session.ts';
import type { OpenCase } from './sharing.ts';

const mostNote = 4000;

/** What of a person's pictures came into the clinic. */
export interface Kept {
  readonly lesions: number;
  readonly images: number;
  /** Pictures that the clinic has already, which stay where they are. */
  readonly duplicates: number;
  /** Pictures that could not be stored. */
  readonly failed: number;
}

/**
 * Copies a person of a colleague's case into a patient of one's own: the lesions at once, with what was said of them as
 * notes, for it is nobody's word here; then the pictures, which this clinic reads itself. Shifted dates are no
 * facts: of a de-identified case they stand in the notes alone, said to be such. Throws `duplicate-image` where the
 * clinic has every picture already.
 */
export async function keepPerson(
  work: Work,
  importer: Importer,
  open: OpenCase,
  { personRef, patientId }: { readonly personRef: string; readonly patientId: string },
  given: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
): Promise<Kept> {
  const person = open.case.persons.find(({ ref }) => ref === personRef);
  if (!person) throw new StationError('not-found', 'The case has no such person.');
  work.store.patients.get(patientId);
  const pictures = person.lesions.flatMap((lesion) =>
    lesion.images.flatMap((image) => {
      const bytes = open.pictures[image.picture];
      return bytes ? [{ lesion, image, bytes }] : [];
    }),
  );
  assertNew(work, pictures);
  const lesions = addLesions(work, open.case, person, patientId);
  const kept = { lesions: lesions.size, images: 0, duplicates: 0, failed: 0 };
  for (const [at, { lesion, image, bytes }] of pictures.entries()) {
    const lesionId = lesions.get(lesion.ref)?.id ?? '';
    const fileName = `${open.case.caseId.slice(0, 8)} ${image.ref}.jpg`;
    // A day alone, or one that is shifted, says nothing of when it was taken.
    const isTaken = !open.case.isDeidentified && image.capturedAt?.includes('T');
    const known = { device: image.device, capturedAt: isTaken ? image.capturedAt : null };
    // A copy: what is open is zeroed when it is closed.
    const file = { lesionId, fileName, known, bytes: Uint8Array.from(bytes) };
    try {
      const { outcome } = await importer.import(work, file, given);
      if (outcome === 'imported') kept.images += 1;
      else kept.duplicates += 1;
    } catch (error) {
      work.assertOpen();
      given.signal.throwIfAborted();
      if (!(error instanceof Error && 'code' in error)) throw error;
      kept.failed += 1;
    }
    given.onProgress((at + 1) / pictures.length);
  }
  return kept;
}

function assertNew({ store }: Work, pictures: readonly { readonly bytes: Uint8Array }[]): void {
  const isHere = ({ bytes }: { readonly bytes: Uint8Array }) =>
    Boolean(store.images.findBySha256(createHash('sha256').update(bytes).digest('hex')));
  if (pictures.length > 0 && pictures.every(isHere))
    throw new StationError(
      'duplicate-image',
      'This clinic has all pictures of this person already, so nothing was kept again.',
    );
}

/** By how the case calls them. */
function addLesions(
  { store, userId }: Work,
  shared: SharedCase,
  person: SharedPerson,
  patientId: string,
): ReadonlyMap<string, Lesion> {
  return store.transaction(() => {
    const added = new Map(
      person.lesions.map((lesion): [string, Lesion] => {
        const { ref, bodySite, laterality, position } = lesion;
        const details = lesionDetails.parse({
          ...{ bodySite, laterality, position, label: lesion.label.trim() || ref },
          note: noteOf(shared, lesion),
        });
        return [ref, store.lesions.add(patientId, details)];
      }),
    );
    const of = [...added.values()].map(({ id }) => `lesion:${id}`).join(' ');
    const subject = `case:${shared.caseId} patient:${patientId} ${of}`;
    store.audit.append({ userId, action: 'case.keep', subject });
    return added;
  });
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

import {
  caseLimits,
  type Lesion,
  type SharedCase,
  sharingScopes,
} from '../../clinic/entities/index.ts';
import { scopeNames } from '../../clinic/wording/consents.ts';
import { patientName } from '../../clinic/wording/patients.ts';
import { maxDocumentBytes } from '../../interchange/cases/envelope.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { SharingPlan } from '../contract/index.ts';
import { StationError } from '../errors.ts';
import { Veil } from '../veil.ts';

/** Left for what stands beside the case in the file: the lengths of its pictures, the key that signed it. */
export const marginBytes = 32 * 2 ** 10;

/** What goes of lesions that somebody chose. Throws StationError `consent-withdrawn` and `not-allowed`. */
export function planOf(
  store: ClinicStore,
  userId: string,
  lesionIds: readonly string[],
): SharingPlan {
  const lesions = lesionIds.map((id) => store.lesions.getCurrent(id));
  const patientIds = [...new Set(lesions.map(({ patientId }) => patientId))];
  assertConsented(store, patientIds);
  assertAllShown(store, userId, lesionIds);
  return planned(store, userId, patientIds, lesions);
}

/** All of a patient's lesions, to choose from. Throws StationError `consent-withdrawn`. */
export function planOfPatient(store: ClinicStore, userId: string, patientId: string): SharingPlan {
  assertConsented(store, [patientId]);
  return planned(store, userId, [patientId], store.lesions.listByPatient(patientId));
}

function planned(
  store: ClinicStore,
  userId: string,
  patientIds: readonly string[],
  lesions: readonly Lesion[],
): SharingPlan {
  const veil = new Veil({ store, user: { id: userId } });
  return {
    patients: patientIds.map((id) => store.patients.get(id)),
    lesions: lesions.map((lesion) => ({
      lesion,
      imageIds: store.images.listByLesion(lesion.id).map(({ id }) => id),
      isHeldBack: !veil.mayTake(({ id }) => id === lesion.id),
    })),
  };
}

/** Throws StationError `consent-withdrawn`. */
export function assertConsented(store: ClinicStore, patientIds: readonly string[]): void {
  for (const patientId of patientIds) {
    const [scope] = store.consents.withdrawn(patientId, sharingScopes);
    if (scope)
      throw new StationError(
        'consent-withdrawn',
        `${patientName(store.patients.get(patientId))} took the consent to “${scopeNames[scope].toLowerCase()}” back, so nothing was shared.`,
      );
  }
}

/** A case tells all that was said of a lesion. Throws StationError `not-allowed`. */
export function assertAllShown(
  store: ClinicStore,
  userId: string,
  lesionIds: readonly string[],
): void {
  new Veil({ store, user: { id: userId } }).assertMayTake(({ id }) => lesionIds.includes(id));
}

/** Before anything is drawn. Throws StationError `case-too-much`. */
export function assertFits(persons: SharedCase['persons']): void {
  const ofLesions = persons.flatMap(({ lesions }) => lesions.map(({ images }) => images.length));
  const images = ofLesions.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...ofLesions);
  if (images > caseLimits.images)
    throw tooMuch(`${images} pictures are more than the ${caseLimits.images}`);
  if (most > caseLimits.imagesOfLesion)
    throw tooMuch(`${most} pictures of one lesion are more than the ${caseLimits.imagesOfLesion}`);
  if (Buffer.byteLength(JSON.stringify(persons)) > maxDocumentBytes - marginBytes)
    throw tooMuch(
      `What was said of these lesions is more than the ${maxDocumentBytes / 2 ** 20} MiB`,
    );
}

/** A picture that came meanwhile may tell who it is. Throws StationError `changed-meanwhile`. */
export function assertLookedAt(
  images: readonly { readonly id: string }[],
  lookedAt: readonly string[],
): void {
  const looked = new Set(lookedAt);
  if (images.length === looked.size && images.every(({ id }) => looked.has(id))) return;
  throw new StationError(
    'changed-meanwhile',
    'These lesions have other pictures than those that were looked at: some came or went meanwhile. Nothing was made. Look at them, then share again.',
  );
}

export const tooMuch = (what: string) =>
  new StationError(
    'case-too-much',
    `${what} that one file can hold. Nothing was made. Share fewer lesions, or some in another file.`,
  );

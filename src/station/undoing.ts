import {
  isSame,
  type LesionDetails,
  lesionDetails,
  type PatientDetails,
  patientDetails,
  type RecentChange,
  type Role,
} from '../clinic/entities/index.ts';
import type { ClinicStore } from '../store/index.ts';
import { mayCall } from './contract/index.ts';

/** Which call takes it back: who may call that may take it back. */
const calls = {
  'patient.update': 'patients.update',
  'patient.archive': 'patients.restore',
  'patient.merge': 'patients.unmerge',
  'lesion.update': 'lesions.update',
  'lesion.close': 'lesions.reopen',
  'lesion.remove': 'lesions.restore',
  'lesion.merge': 'lesions.restore',
  'image.remove': 'images.restore',
  'image.move': 'images.takeMoveBack',
  'overview.update': 'overviews.setRegion',
  'overview.mark': 'overviews.mark',
  'overview.remove': 'overviews.restore',
} as const satisfies Record<RecentChange['did']['act'], Parameters<typeof mayCall>[1]>;

/** Why it cannot be taken back, fit to show; null where it can. */
export function obstacle(store: ClinicStore, change: RecentChange, role: Role): string | null {
  const { did, subjectId } = change;
  if (change.undoneAt !== null) return 'It was taken back already.';
  if (!mayCall(role, calls[did.act])) return 'Your role does not allow it any more.';
  if (store.patientMerges.of(change.patientId) && did.act !== 'patient.merge')
    return 'The record was merged into another patient’s since. Take the two apart first.';
  switch (did.act) {
    case 'patient.update':
      return editObstacle(store.patients.get(subjectId), did.after);
    case 'patient.archive':
      return store.patients.get(subjectId).archivedAt === did.archivedAt ? null : changedSince;
    case 'patient.merge':
      return mergeObstacle(store, change);
    case 'image.remove':
      return imageObstacle(store, subjectId, did.removedAt);
    case 'image.move':
      return moveObstacle(store, change.at, did);
    case 'overview.update':
    case 'overview.mark':
    case 'overview.remove':
      return overviewObstacle(store, subjectId, did);
    default:
      return lesionObstacle(store, subjectId, did);
  }
}

const changedSince = 'It was changed again since.';

/** Takes it back. What its record is now is checked before. */
export function takeBack(
  store: ClinicStore,
  { did, subjectId }: RecentChange,
  userId: string,
): void {
  switch (did.act) {
    case 'patient.update': {
      const { revision, ...now } = store.patients.get(subjectId);
      const details = patientDetails.parse({ ...now, ...did.before }) satisfies PatientDetails;
      store.patients.update(subjectId, revision, details);
      break;
    }
    case 'patient.archive':
      store.patients.restore(subjectId);
      break;
    case 'patient.merge':
      store.patientMerges.unmerge(subjectId);
      break;
    case 'lesion.update': {
      const { revision, ...now } = store.lesions.get(subjectId);
      const details = lesionDetails.parse({ ...now, ...did.before }) satisfies LesionDetails;
      store.lesions.update(subjectId, revision, details);
      break;
    }
    case 'lesion.close':
      store.lesions.setClosure(subjectId, null);
      break;
    case 'lesion.remove':
    case 'lesion.merge':
      store.corrections.restoreLesion(subjectId);
      break;
    case 'image.remove':
      store.corrections.restoreImage(subjectId);
      break;
    case 'image.move':
      for (const imageId of did.imageIds) store.corrections.takeMoveBack(imageId);
      break;
    case 'overview.update':
      store.overviews.setRegion(subjectId, did.before.region);
      break;
    case 'overview.mark':
      store.overviews.mark(subjectId, did.lesionId, did.before, userId);
      break;
    case 'overview.remove':
      store.overviews.restore(subjectId);
      break;
  }
}

type Did<A extends RecentChange['did']['act']> = Extract<RecentChange['did'], { act: A }>;

/** An edit is taken back field by field: what others changed beside it stays. */
function editObstacle(now: Record<string, unknown>, after: Did<'patient.update'>['after']) {
  const isChanged = Object.entries(after).some(([field, value]) => !isSame(now[field], value));
  return isChanged ? 'The same was edited again since.' : null;
}

function mergeObstacle(store: ClinicStore, { subjectId, patientId }: RecentChange): string | null {
  if (!store.patientMerges.into(patientId).some(({ id }) => id === subjectId))
    return 'The two were taken apart since.';
  return store.patientMerges.of(patientId)
    ? 'The patient who was kept was merged into another one since.'
    : null;
}

function lesionObstacle(
  store: ClinicStore,
  lesionId: string,
  did: Did<'lesion.update' | 'lesion.close' | 'lesion.remove' | 'lesion.merge'>,
): string | null {
  const now = store.lesions.get(lesionId);
  switch (did.act) {
    case 'lesion.remove':
    case 'lesion.merge':
      return now.removedAt === did.removedAt &&
        now.mergedInto === (did.act === 'lesion.merge' ? did.intoLesionId : null)
        ? null
        : changedSince;
    case 'lesion.close':
      if (now.removedAt !== null) return 'The lesion was removed or merged since.';
      return now.closure?.on === did.on && now.closure.reason === did.reason ? null : changedSince;
    case 'lesion.update':
      if (now.removedAt !== null) return 'The lesion was removed or merged since.';
      return editObstacle(now, did.after);
  }
}

function imageObstacle(store: ClinicStore, imageId: string, removedAt: string): string | null {
  const image = store.images.get(imageId);
  if (image.removedAt !== removedAt) return changedSince;
  const again = store.images.findBySha256(image.sha256);
  return again ? 'The same file was imported again since. Remove that image first.' : null;
}

function overviewObstacle(
  store: ClinicStore,
  overviewId: string,
  did: Did<'overview.update' | 'overview.mark' | 'overview.remove'>,
): string | null {
  const overview = store.overviews.get(overviewId);
  if (did.act === 'overview.remove') {
    if (overview.removedAt !== did.removedAt) return changedSince;
    const again = store.overviews.findBySha256(overview.sha256);
    return again ? 'The same file was imported again since. Remove that photograph first.' : null;
  }
  if (overview.removedAt !== null) return 'The photograph was removed since.';
  if (did.act === 'overview.update') return editObstacle(overview, did.after);
  if (store.lesions.get(did.lesionId).removedAt !== null)
    return 'The lesion was removed or merged since.';
  const marker = store.overviews.markerOf(overviewId, did.lesionId);
  return isSame(marker && { x: marker.x, y: marker.y }, did.after) ? null : changedSince;
}

function moveObstacle(
  store: ClinicStore,
  at: string,
  { imageIds, toLesionId }: Did<'image.move'>,
): string | null {
  for (const imageId of imageIds) {
    const image = store.images.find(imageId);
    if (!image) return 'An image was erased since.';
    const [move] = store.corrections.movesOf(imageId);
    // Taking records apart leaves no move. One that came there once more would go back to where it came from last.
    if (image.lesionId !== toLesionId || move?.toLesionId !== toLesionId || move.movedAt > at)
      return 'An image was moved on since.';
    if (store.lesions.get(move.fromLesionId).removedAt !== null)
      return 'The lesion that they came from was removed or merged since.';
  }
  return null;
}

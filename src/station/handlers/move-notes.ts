import type { ImageMove } from '../../clinic/entities/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { MoveNote } from '../contract/index.ts';

/** A move as the place says it that has the image now. */
export function movedFrom(store: ClinicStore, move: ImageMove): MoveNote {
  return note(store, move, move.fromLesionId);
}

/** A move as the place says it that had the image: where that is now, moved on or not. */
export function movedTo(store: ClinicStore, move: ImageMove): MoveNote {
  return note(store, move, store.images.get(move.imageId).lesionId);
}

function note(store: ClinicStore, move: ImageMove, lesionId: string): MoveNote {
  const lesion = store.lesions.get(lesionId);
  return {
    imageId: move.imageId,
    fileName: store.images.get(move.imageId).fileName,
    movedAt: move.movedAt,
    userName: move.userName,
    lesion,
    patient: store.patients.get(lesion.patientId),
  };
}

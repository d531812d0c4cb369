import type { FormDraft, LesionImage } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { StationContract } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';

/** As the store does: an edit that began before another one was saved is refused. */
export function nextRevision({ revision }: { revision: number }, begunFrom: number): number {
  if (revision !== begunFrom)
    fail('changed-meanwhile', 'This was changed in another window meanwhile; nothing was saved.');
  return revision + 1;
}

export function fakeCorrections(
  clinic: Clinic,
  changed: (...topics: string[]) => void,
): Pick<
  Handlers<StationContract>,
  | 'patients.possibleDoubles'
  | 'lesions.close'
  | 'lesions.reopen'
  | 'lesions.remove'
  | 'lesions.merge'
  | 'lesions.restore'
  | 'images.move'
  | 'images.takeMoveBack'
  | 'formDrafts.get'
  | 'formDrafts.keep'
> {
  const drafts = new Map<string, FormDraft>();
  const now = () => new Date().toISOString();
  const imagesOf = (lesionId: string) =>
    clinic.images.filter(({ stored }) => stored.lesionId === lesionId);
  const draftKey = (key: { form: string; subjectId: string | null }) =>
    `${clinic.users[0]?.id} ${key.form} ${key.subjectId}`;
  const changedLesion = (lesionId: string, change: object) => {
    const lesion = Object.assign(clinic.lesion(lesionId), change);
    changed('lesions', 'images');
    return lesion;
  };
  return {
    'patients.possibleDoubles': ({ familyName, givenName, birthDate }) =>
      clinic.patients
        .filter((patient) => patient.birthDate === birthDate && birthDate !== null)
        .filter(
          (patient) =>
            patient.givenName === givenName &&
            patient.familyName.slice(0, 4) === familyName.slice(0, 4),
        )
        .map((patient) => ({
          patient,
          likeness: patient.familyName === familyName ? 'same' : 'similar-name',
        })),
    'lesions.close': ({ lesionId, closure }) => changedLesion(lesionId, { closure }),
    'lesions.reopen': ({ lesionId }) => changedLesion(lesionId, { closure: null }),
    'lesions.remove': ({ lesionId }) => {
      for (const { stored } of imagesOf(lesionId)) stored.removedAt ??= now();
      return changedLesion(lesionId, { removedAt: now() });
    },
    'lesions.merge': ({ lesionId, intoLesionId }) => {
      for (const image of imagesOf(lesionId)) {
        image.mergedFrom = lesionId;
        image.stored.lesionId = intoLesionId;
      }
      return changedLesion(lesionId, { removedAt: now(), mergedInto: intoLesionId });
    },
    'lesions.restore': ({ lesionId }) => {
      for (const { stored } of imagesOf(lesionId)) stored.removedAt = null;
      for (const image of clinic.images.filter(({ mergedFrom }) => mergedFrom === lesionId)) {
        image.stored.lesionId = lesionId;
        delete image.mergedFrom;
      }
      return changedLesion(lesionId, { removedAt: null, mergedInto: null });
    },
    'images.move': ({ imageIds, lesionId }) => {
      const moved = imageIds.map((imageId): LesionImage => {
        const { stored } = clinic.image(imageId);
        clinic.moves.unshift({ imageId, from: stored.lesionId, to: lesionId, movedAt: now() });
        stored.lesionId = lesionId;
        return stored;
      });
      changed('images');
      return moved;
    },
    'images.takeMoveBack': ({ imageIds }) => {
      const back = imageIds.map((imageId): LesionImage => {
        const { stored } = clinic.image(imageId);
        const at = clinic.moves.findIndex((move) => move.imageId === imageId);
        stored.lesionId = clinic.moves.splice(at, 1)[0]?.from ?? stored.lesionId;
        return stored;
      });
      changed('images');
      return back;
    },
    'formDrafts.get': (key) => drafts.get(draftKey(key)) ?? null,
    'formDrafts.keep': ({ draft, ...key }) => {
      if (draft) drafts.set(draftKey(key), draft);
      else drafts.delete(draftKey(key));
      return {};
    },
  };
}

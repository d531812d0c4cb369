import { useQueryClient } from '@tanstack/react-query';
import type { Lesion, LesionClosure } from '../../../src/clinic/entities/index.ts';
import type { BodyPlace, Place } from '../body-map/body-place.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation } from '../station/use-station.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { siteText } from '../wording/anatomy.ts';
import { detailsOf } from './lesion-dialogs.tsx';

export type LesionActions = ReturnType<typeof useLesionActions>;

/** What is done to a lesion at once, each with a way back. */
export function useLesionActions() {
  const station = useStation();
  const queryClient = useQueryClient();

  const attempt = async (work: () => Promise<unknown>, said: string, undo?: () => void) => {
    try {
      await work();
      showToast(said, undo && { label: 'Undo', run: undo });
    } catch (error) {
      showErrorToast(error);
    }
  };

  /** The marker stands there at once, not only when the station has said so. */
  const show = (changed: Lesion) =>
    queryClient.setQueryData<StationOutput<'patients.get'>>(
      ['patients.get', { patientId: changed.patientId }],
      (record) =>
        record && {
          ...record,
          lesions: record.lesions.map((each) =>
            each.lesion.id === changed.id ? { ...each, lesion: changed } : each,
          ),
        },
    );
  const put = async (lesion: Lesion, place: Place): Promise<Lesion> => {
    show({ ...lesion, ...place });
    try {
      const changed = await station.call('lesions.update', {
        lesionId: lesion.id,
        revision: lesion.revision,
        details: { ...detailsOf(lesion), ...place },
      });
      show(changed);
      return changed;
    } catch (error) {
      void queryClient.invalidateQueries({ queryKey: ['patients.get'] });
      throw error;
    }
  };

  const restore = (lesion: Lesion) =>
    attempt(
      () => station.call('lesions.restore', { lesionId: lesion.id }),
      lesion.mergedInto
        ? `Lesion ${lesion.label} stands by itself again.`
        : `Lesion ${lesion.label} is back.`,
    );
  const reopen = (lesion: Lesion) =>
    attempt(
      () => station.call('lesions.reopen', { lesionId: lesion.id }),
      `Lesion ${lesion.label} is open again.`,
    );

  return {
    place: async (lesion: Lesion, place: BodyPlace) => {
      let changed: Lesion | undefined;
      const { bodySite, laterality, position } = lesion;
      await attempt(
        async () => {
          changed = await put(lesion, place);
        },
        `Lesion ${lesion.label} is now at: ${siteText(place)}.`,
        () => {
          const back = changed;
          if (back)
            void attempt(
              () => put(back, { bodySite, laterality, position }),
              'It is back in its place.',
            );
        },
      );
    },
    close: (lesion: Lesion, closure: LesionClosure) =>
      attempt(
        () => station.call('lesions.close', { lesionId: lesion.id, closure }),
        `Lesion ${lesion.label} is closed.`,
        () => void reopen(lesion),
      ),
    reopen,
    remove: (lesion: Lesion) =>
      attempt(
        () => station.call('lesions.remove', { lesionId: lesion.id }),
        `Lesion ${lesion.label} removed.`,
        () => void restore(lesion),
      ),
    merge: (lesion: Lesion, into: Lesion) =>
      attempt(
        () => station.call('lesions.merge', { lesionId: lesion.id, intoLesionId: into.id }),
        `Lesion ${lesion.label} is merged into ${into.label}.`,
        () => void restore({ ...lesion, mergedInto: into.id }),
      ),
    restore,
  };
}

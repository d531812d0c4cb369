import { useQueryClient } from '@tanstack/react-query';
import type { Lesion, LesionClosure } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
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
      showToast(said, undo && { label: t('Undo'), run: undo });
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
        ? t('Lesion {label} stands by itself again.', { label: lesion.label })
        : t('Lesion {label} is back.', { label: lesion.label }),
    );
  const reopen = (lesion: Lesion) =>
    attempt(
      () => station.call('lesions.reopen', { lesionId: lesion.id }),
      t('Lesion {label} is open again.', { label: lesion.label }),
    );

  return {
    place: async (lesion: Lesion, place: BodyPlace) => {
      let changed: Lesion | undefined;
      const { bodySite, laterality, position } = lesion;
      await attempt(
        async () => {
          changed = await put(lesion, place);
        },
        t('Lesion {label} is now at: {site}.', { label: lesion.label, site: siteText(place) }),
        () => {
          const back = changed;
          if (back)
            void attempt(
              () => put(back, { bodySite, laterality, position }),
              t('It is back in its place.'),
            );
        },
      );
    },
    close: (lesion: Lesion, closure: LesionClosure) =>
      attempt(
        () => station.call('lesions.close', { lesionId: lesion.id, closure }),
        t('Lesion {label} is closed.', { label: lesion.label }),
        () => void reopen(lesion),
      ),
    reopen,
    remove: (lesion: Lesion) =>
      attempt(
        () => station.call('lesions.remove', { lesionId: lesion.id }),
        t('Lesion {label} removed.', { label: lesion.label }),
        () => void restore(lesion),
      ),
    merge: (lesion: Lesion, into: Lesion) =>
      attempt(
        () => station.call('lesions.merge', { lesionId: lesion.id, intoLesionId: into.id }),
        t('Lesion {label} is merged into {otherLabel}.', {
          label: lesion.label,
          otherLabel: into.label,
        }),
        () => void restore({ ...lesion, mergedInto: into.id }),
      ),
    restore,
  };
}

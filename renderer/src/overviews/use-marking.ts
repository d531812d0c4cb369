import { useQueryClient } from '@tanstack/react-query';
import type { Lesion, OverviewPoint } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation } from '../station/use-station.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';

type Point = OverviewPoint | null;

/** Marks a lesion in a photograph, moves its mark or takes it away, with a way back. */
export function useMarking(overviewId: string) {
  const station = useStation();
  const queryClient = useQueryClient();

  /** The mark stands there at once, not only when the station has said so. */
  const show = (lesionId: string, at: Point) =>
    queryClient.setQueryData<StationOutput<'overviews.get'>>(
      ['overviews.get', { overviewId }],
      (entry) => {
        if (!entry) return entry;
        const others = entry.markers.filter((marker) => marker.lesionId !== lesionId);
        const placedAt = new Date().toISOString();
        const marker = at && { overviewId, lesionId, ...at, placedByName: '', placedAt };
        return { ...entry, markers: marker ? [...others, marker] : others };
      },
    );
  const put = async (lesionId: string, at: Point) => {
    show(lesionId, at);
    try {
      await station.call('overviews.mark', { overviewId, lesionId, at });
    } catch (error) {
      void queryClient.invalidateQueries({ queryKey: ['overviews.get'] });
      throw error;
    }
  };

  return async (lesion: Pick<Lesion, 'id' | 'label'>, before: Point, at: Point): Promise<void> => {
    const takeBack = () =>
      put(lesion.id, before)
        .then(() =>
          showToast(t('The mark of lesion {label} is as it was.', { label: lesion.label })),
        )
        .catch(showErrorToast);
    try {
      await put(lesion.id, at);
      showToast(toldText(lesion.label, before, at), {
        label: t('Undo'),
        run: () => void takeBack(),
      });
    } catch (error) {
      showErrorToast(error);
    }
  };
}

function toldText(label: string, before: Point, at: Point): string {
  if (!at) return t('Lesion {label} is no longer marked here.', { label });
  return before
    ? t('The mark of lesion {label} is moved.', { label })
    : t('Lesion {label} is marked.', { label });
}

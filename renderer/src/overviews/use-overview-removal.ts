import type { Overview } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { navigate } from '../routing/routes.ts';
import { useStation } from '../station/use-station.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';

/** Removes a photograph, which takes the person back to the patient, and restores it. */
export function useOverviewRemoval() {
  const station = useStation();
  const restore = ({ id }: Overview) =>
    station
      .call('overviews.restore', { overviewId: id })
      .then(() => showToast(t('The photograph is back.')), showErrorToast);
  const remove = (overview: Overview) =>
    station.call('overviews.remove', { overviewId: overview.id }).then(() => {
      navigate({ screen: 'patient', patientId: overview.patientId });
      showToast(t('Photograph removed.'), { label: t('Undo'), run: () => void restore(overview) });
    }, showErrorToast);
  return { remove, restore };
}

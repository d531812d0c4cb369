import { t } from '../../../src/language/index.ts';
import { useStation } from '../station/use-station.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { patientName } from '../wording/patients.ts';
import type { Destination } from './destination-dialog.tsx';

/** Moves images to another lesion, and back with Undo. Resolves once they are moved. */
export function useMoving() {
  const station = useStation();
  return async (imageIds: string[], { patient, lesion }: Destination): Promise<void> => {
    try {
      await station.call('images.move', { imageIds, lesionId: lesion.id });
    } catch (error) {
      return showErrorToast(error);
    }
    const takeBack = () =>
      station
        .call('images.takeMoveBack', { imageIds })
        .then(() =>
          showToast(imageIds.length === 1 ? t('The image is back.') : t('The images are back.')),
        )
        .catch(showErrorToast);
    showToast(
      t(
        '{count, plural, one {Image moved} other {# images moved}} to lesion {label} of {patient}.',
        { count: imageIds.length, label: lesion.label, patient: patientName(patient) },
      ),
      {
        label: t('Undo'),
        run: () => void takeBack(),
      },
    );
  };
}

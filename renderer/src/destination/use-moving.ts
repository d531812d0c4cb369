import { useStation } from '../station/use-station.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { patientName } from '../wording/patients.ts';
import type { Destination } from './destination-dialog.tsx';

/** Moves images to another lesion, and back with Undo. Resolves once they are moved. */
export function useMoving() {
  const station = useStation();
  return async (imageIds: string[], { patient, lesion }: Destination): Promise<void> => {
    const what = imageIds.length === 1 ? 'Image' : `${imageIds.length} images`;
    try {
      await station.call('images.move', { imageIds, lesionId: lesion.id });
    } catch (error) {
      return showErrorToast(error);
    }
    const takeBack = () =>
      station
        .call('images.takeMoveBack', { imageIds })
        .then(() =>
          showToast(imageIds.length === 1 ? 'The image is back.' : 'The images are back.'),
        )
        .catch(showErrorToast);
    showToast(`${what} moved to lesion ${lesion.label} of ${patientName(patient)}.`, {
      label: 'Undo',
      run: () => void takeBack(),
    });
  };
}

import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { WaitingLesion } from '../../../src/station/contract/index.ts';
import { ExamplesOfDialog } from '../classes/examples-of-dialog.tsx';
import type { Selection } from '../lists/selection.ts';
import { SelectionBar } from '../lists/selection-bar.tsx';
import { useChangeLook } from '../lists/use-look.ts';
import { navigate } from '../routing/routes.ts';
import { ShareDialog } from '../sharing/share-dialog.tsx';
import { useMay } from '../station/use-may.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { patientName } from '../wording/patients.ts';
import { worklist } from './view.ts';

interface SelectedLesionsProps {
  selection: Selection;
  entries: readonly WaitingLesion[];
}

/**
 * Goes through the selected lesions by themselves, has their newest images read once more, or makes
 * those examples of a class.
 */
export function SelectedLesions({ selection, entries }: SelectedLesionsProps) {
  const station = useStation();
  const change = useChangeLook(worklist);
  const may = useMay();
  const [isReading, setReading] = useState(false);
  const [isGiving, setGiving] = useState(false);
  const [isSharing, setSharing] = useState(false);
  const chosen = entries.filter(({ lesion }) => selection.has(lesion.id));
  const [first] = chosen;
  if (!first) return null;

  const review = () => {
    change({ only: chosen.map(({ lesion }) => lesion.id) });
    navigate({ screen: 'image', imageId: first.image.id });
  };
  const readAgain = async () => {
    setReading(true);
    try {
      for (const { image } of chosen) await station.call('readings.read', { imageId: image.id });
      selection.clear();
      showToast(
        t('{count, plural, one {# image read.} other {# images read.}}', { count: chosen.length }),
      );
    } catch (error) {
      showErrorToast(error);
    } finally {
      setReading(false);
    }
  };

  return (
    <SelectionBar selection={selection} noun="lesion">
      <Button variant="primary" onClick={review}>
        {may('reviews.save') ? t('Review these') : t('Look at these')}
      </Button>
      {may('readings.read') && (
        <Button icon="refresh" busy={isReading} onClick={() => void readAgain()}>
          {t('Read again')}
        </Button>
      )}
      {may('classes.addExamples') && (
        <Button onClick={() => setGiving(true)}>{t('Use as examples…')}</Button>
      )}
      {may('sharing.make') && <Button onClick={() => setSharing(true)}>{t('Share…')}</Button>}
      {isSharing && (
        <ShareDialog
          lesionIds={chosen.map(({ lesion }) => lesion.id)}
          onClose={() => setSharing(false)}
        />
      )}
      {isGiving && (
        <ExamplesOfDialog
          images={chosen.map(({ image, lesion, patient }) => ({
            imageId: image.id,
            label: t('Lesion {label} of {patient}', {
              label: lesion.label,
              patient: patientName(patient),
            }),
          }))}
          onClose={() => setGiving(false)}
          onAdded={selection.clear}
        />
      )}
    </SelectionBar>
  );
}

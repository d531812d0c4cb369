import type { Lesion, LesionDetails } from '../../../src/clinic/entities/index.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { BodyPlace } from './body-place.ts';
import { LesionForm } from './lesion-form.tsx';

const blank: LesionDetails = {
  label: '',
  bodySite: 'unspecified',
  laterality: 'unspecified',
  position: null,
  note: '',
};

interface AddLesionDialogProps {
  patientId: string;
  place?: BodyPlace | undefined;
  suggestedLabel: string;
  onClose: () => void;
  onAdded: (lesion: Lesion) => void;
}

export function AddLesionDialog(props: AddLesionDialogProps) {
  const { patientId, place, suggestedLabel, onClose, onAdded } = props;
  const add = useStationCommand('lesions.add');
  return (
    <Dialog title="New lesion" onClose={onClose}>
      <LesionForm
        initial={{ ...blank, label: suggestedLabel, ...place }}
        submitLabel="Add lesion"
        isBusy={add.isPending}
        error={add.error}
        onCancel={onClose}
        onSubmit={(details) => add.mutate({ patientId, details }, { onSuccess: onAdded })}
      />
    </Dialog>
  );
}

export function EditLesionDialog({ lesion, onClose }: { lesion: Lesion; onClose: () => void }) {
  const { label, bodySite, laterality, position, note } = lesion;
  const update = useStationCommand('lesions.update');
  return (
    <Dialog title="Edit lesion" onClose={onClose}>
      <LesionForm
        initial={{ label, bodySite, laterality, position, note }}
        submitLabel="Save changes"
        isBusy={update.isPending}
        error={update.error}
        onCancel={onClose}
        onSubmit={(details) =>
          update.mutate(
            { lesionId: lesion.id, revision: lesion.revision, details },
            { onSuccess: onClose },
          )
        }
      />
    </Dialog>
  );
}

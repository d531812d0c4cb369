import type { Patient } from '../../../src/clinic/entities/index.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { PatientForm } from './patient-form.tsx';

export function EnrolDialog(props: {
  onClose: () => void;
  onEnrolled: (patient: Patient) => void;
}) {
  const enrol = useStationCommand('patients.enrol');
  return (
    <Dialog title="New patient" onClose={props.onClose} widthPx={600}>
      <PatientForm
        submitLabel="Enrol patient"
        isBusy={enrol.isPending}
        error={enrol.error}
        onCancel={props.onClose}
        onSubmit={(details) => enrol.mutate(details, { onSuccess: props.onEnrolled })}
      />
    </Dialog>
  );
}

export function EditPatientDialog(props: { patient: Patient; onClose: () => void }) {
  const { patient, onClose } = props;
  const update = useStationCommand('patients.update');
  return (
    <Dialog title="Edit patient" onClose={onClose} widthPx={600}>
      <PatientForm
        initial={patient}
        submitLabel="Save changes"
        isBusy={update.isPending}
        error={update.error}
        onCancel={onClose}
        onSubmit={(details) =>
          update.mutate(
            { patientId: patient.id, revision: patient.revision, details },
            { onSuccess: onClose },
          )
        }
      />
    </Dialog>
  );
}

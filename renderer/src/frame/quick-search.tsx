import { t } from '../../../src/language/index.ts';
import { FindPatient } from '../patients/find-patient.tsx';
import { navigate } from '../routing/routes.ts';
import { Dialog } from '../ui/dialog.tsx';

/** Ctrl/Cmd K: type a few letters, Enter opens the patient. */
export function QuickSearch({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('Find a patient')} onClose={onClose}>
      <FindPatient
        onChoose={({ id }) => {
          onClose();
          navigate({ screen: 'patient', patientId: id });
        }}
      />
    </Dialog>
  );
}

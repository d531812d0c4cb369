import { useState } from 'react';
import type { Patient } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { FindPatient } from '../patients/find-patient.tsx';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { patientName } from '../wording/patients.ts';
import { MergeForm } from './merge-form.tsx';

/** Asks which other record is the same person's, then shows both. */
export function MergeDialog({ patient, onClose }: { patient: Patient; onClose: () => void }) {
  const [other, setOther] = useState<Patient>();
  return (
    <Dialog
      key={other?.id ?? 'find'}
      title={
        other
          ? t('Is it the same person?')
          : t('Merge {patient} with whom?', { patient: patientName(patient) })
      }
      onClose={onClose}
      widthPx={other ? 900 : 560}
    >
      {other ? (
        <Beside
          patientId={patient.id}
          otherId={other.id}
          onBack={() => setOther(undefined)}
          onMerged={onClose}
        />
      ) : (
        <FindPatient withoutPatientId={patient.id} onChoose={setOther} />
      )}
    </Dialog>
  );
}

interface BesideProps {
  patientId: string;
  otherId: string;
  onBack: () => void;
  onMerged: () => void;
}

function Beside({ patientId, otherId, onBack, onMerged }: BesideProps) {
  const both = useStationQuery('doubles.compare', { patientId, otherId });
  return (
    <>
      <ErrorNotice error={both.error} onRetry={() => void both.refetch()} />
      {both.isPending && <Loading what={t('both records')} />}
      {both.data && (
        <MergeForm one={both.data.one} other={both.data.other} onMerged={onMerged}>
          <Button onClick={onBack}>{t('Somebody else')}</Button>
        </MergeForm>
      )}
    </>
  );
}

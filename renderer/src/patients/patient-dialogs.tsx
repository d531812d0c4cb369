import { useState } from 'react';
import type {
  Patient,
  PatientDetails,
  PossibleDouble,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { closeKeeping } from '../drafts/keeping.ts';
import { type DraftOf, useDraftedForm, useKeptDraft } from '../drafts/use-drafted-form.ts';
import { navigate } from '../routing/routes.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { blankPatient, detailsOf, PatientForm } from './patient-form.tsx';
import { PossibleDoubles } from './possible-doubles.tsx';
import './patients.css';

type Draft = DraftOf<'patient'>;

interface EnrolDialogProps {
  /** What is known of the person already. */
  begun?: PatientDetails;
  onClose: () => void;
  onEnrolled: (patient: Patient) => void;
  /** What is done with somebody who is enrolled already; their record is opened, if not given. */
  known?: { readonly label: string; onChoose: (patient: Patient) => void };
}

export function EnrolDialog(props: EnrolDialogProps) {
  const kept = useKeptDraft({ form: 'patient', subjectId: null });
  return kept === undefined ? null : <Enrolling {...props} kept={kept} />;
}

function Enrolling({
  kept,
  begun = blankPatient,
  onClose,
  onEnrolled,
  known,
}: EnrolDialogProps & { kept: Draft | null }) {
  const form = useDraftedForm(
    { form: 'patient', subjectId: null },
    { revision: null, details: begun },
    kept,
  );
  const enrolling = useEnrolling((patient) => {
    form.end();
    onEnrolled(patient);
  });
  if (enrolling.doubles)
    return (
      <Dialog
        key="doubles"
        title={t('Is it one of these people?')}
        onClose={enrolling.back}
        widthPx={600}
      >
        <PossibleDoubles
          doubles={enrolling.doubles}
          chooseLabel={known?.label ?? t('Open this record')}
          onChoose={(patient) => {
            form.end();
            if (known) return known.onChoose(patient);
            onClose();
            navigate({ screen: 'patient', patientId: patient.id });
          }}
          isBusy={enrolling.isBusy}
          error={enrolling.error}
          onBack={enrolling.back}
          onNobody={() => enrolling.enrol(form.details)}
        />
      </Dialog>
    );
  return (
    <Dialog
      key="form"
      title={t('New patient')}
      onClose={closeKeeping(form.isChanged, onClose)}
      widthPx={600}
    >
      <PatientForm
        form={form}
        submitLabel={t('Enrol patient')}
        isBusy={enrolling.isBusy}
        error={enrolling.error}
        onCancel={() => {
          form.end();
          onClose();
        }}
        onSubmit={enrolling.ask}
      />
    </Dialog>
  );
}

/** Enrols a person once it is sure that nobody enrolled may be the same one. */
function useEnrolling(onEnrolled: (patient: Patient) => void) {
  const [doubles, setDoubles] = useState<readonly PossibleDouble[]>();
  const find = useStationCommand('patients.possibleDoubles');
  const { mutate, isPending, error } = useStationCommand('patients.enrol');
  const enrol = (details: PatientDetails) => mutate(details, { onSuccess: onEnrolled });
  return {
    doubles,
    ask: (details: PatientDetails) =>
      find.mutate(details, {
        onSuccess: (found) => (found.length > 0 ? setDoubles(found) : enrol(details)),
      }),
    enrol,
    back: () => setDoubles(undefined),
    isBusy: isPending || find.isPending,
    error: error ?? find.error,
  };
}

interface EditPatientDialogProps {
  patient: Patient;
  onClose: () => void;
}

export function EditPatientDialog(props: EditPatientDialogProps) {
  const kept = useKeptDraft({ form: 'patient', subjectId: props.patient.id });
  return kept === undefined ? null : <Editing {...props} kept={kept} />;
}

function Editing({ patient, kept, onClose }: EditPatientDialogProps & { kept: Draft | null }) {
  const form = useDraftedForm(
    { form: 'patient', subjectId: patient.id },
    { revision: patient.revision, details: detailsOf(patient) },
    kept,
  );
  const update = useStationCommand('patients.update');
  const end = () => {
    form.end();
    onClose();
  };
  return (
    <Dialog title={t('Edit patient')} onClose={closeKeeping(form.isChanged, onClose)} widthPx={600}>
      <PatientForm
        form={form}
        submitLabel={t('Save changes')}
        isBusy={update.isPending}
        error={update.error}
        onCancel={end}
        onSubmit={(details) =>
          update.mutate(
            { patientId: patient.id, revision: form.revision ?? patient.revision, details },
            { onSuccess: end },
          )
        }
      />
    </Dialog>
  );
}

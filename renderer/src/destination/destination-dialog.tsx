import { type KeyboardEvent, type ReactNode, useState } from 'react';
import type { Lesion, Patient } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { AddLesionDialog } from '../patient/lesion-dialogs.tsx';
import { nextLabel } from '../patient/next-label.ts';
import { FindPatient } from '../patients/find-patient.tsx';
import { EnrolDialog } from '../patients/patient-dialogs.tsx';
import type { StationOutput } from '../station/connection.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { siteText } from '../wording/anatomy.ts';
import { countText } from '../wording/counts.ts';
import { patientFacts, patientName } from '../wording/patients.ts';
import './destination.css';

/** Where images belong. */
export interface Destination {
  readonly patient: Patient;
  readonly lesion: Lesion;
}

interface DestinationDialogProps {
  title: string;
  /** What is about to go there. */
  lead?: ReactNode;
  /** Asked for first; the person may choose another one. */
  patientId?: string | undefined;
  /** Offered before the others. */
  firstLesionId?: string | undefined;
  /** Where they are already. */
  withoutLesionId?: string | undefined;
  onChoose: (destination: Destination) => void;
  /** Absent where it can be nothing but an image of a lesion. */
  onOverview?: ((patient: Patient) => void) | undefined;
  onClose: () => void;
}

type Step = 'patient' | 'new-patient' | 'lesion' | 'new-lesion';

/** Asks which patient and which lesion, either of which may be new. */
export function DestinationDialog(props: DestinationDialogProps) {
  const { title, lead, onChoose, onOverview, onClose } = props;
  const [patientId, setPatientId] = useState(props.patientId);
  const [step, setStep] = useState<Step>(patientId ? 'lesion' : 'patient');
  const record = useStationQuery(
    'patients.get',
    { patientId: patientId ?? '' },
    { enabled: patientId !== undefined },
  );
  const choosePatient = (chosen: Patient) => {
    setPatientId(chosen.id);
    setStep('lesion');
  };

  if (step === 'new-patient')
    return <EnrolDialog onClose={() => setStep('patient')} onEnrolled={choosePatient} />;
  if (step === 'new-lesion' && record.data) {
    const { patient, lesions } = record.data;
    return (
      <AddLesionDialog
        patientId={patient.id}
        suggestedLabel={nextLabel(lesions.map(({ lesion }) => lesion))}
        onClose={() => setStep('lesion')}
        onAdded={(lesion) => onChoose({ patient, lesion })}
      />
    );
  }
  return (
    <Dialog
      key={`${step} ${record.data !== undefined}`}
      title={title}
      onClose={onClose}
      widthPx={560}
    >
      {lead && <div className="soft">{lead}</div>}
      {step === 'patient' ? (
        <>
          <FindPatient onChoose={choosePatient} />
          <div>
            <Button icon="plus" onClick={() => setStep('new-patient')}>
              {t('A new patient')}
            </Button>
          </div>
        </>
      ) : record.data ? (
        <LesionsOf
          record={record.data}
          firstLesionId={props.firstLesionId}
          withoutLesionId={props.withoutLesionId}
          onChoose={(lesion) => onChoose({ patient: record.data.patient, lesion })}
          onNew={() => setStep('new-lesion')}
          onOverview={onOverview && (() => onOverview(record.data.patient))}
          onOtherPatient={() => setStep('patient')}
        />
      ) : (
        <>
          <ErrorNotice error={record.error} onRetry={() => void record.refetch()} />
          {record.isPending && <Loading what={t('the lesions')} />}
        </>
      )}
    </Dialog>
  );
}

interface LesionsOfProps {
  record: StationOutput<'patients.get'>;
  firstLesionId: string | undefined;
  withoutLesionId: string | undefined;
  onChoose: (lesion: Lesion) => void;
  onNew: () => void;
  onOverview: (() => void) | undefined;
  onOtherPatient: () => void;
}

function LesionsOf(props: LesionsOfProps) {
  const { record, firstLesionId, withoutLesionId, onChoose, onNew, onOtherPatient, onOverview } =
    props;
  const { patient } = record;
  const isFirst = ({ lesion }: { lesion: Lesion }) => (lesion.id === firstLesionId ? 0 : 1);
  const lesions = record.lesions
    .filter(({ lesion }) => lesion.id !== withoutLesionId)
    .sort((a, b) => isFirst(a) - isFirst(b));
  return (
    <>
      <p className="destination__patient">
        <strong>{patientName(patient)}</strong>
        <span className="faint">{patientFacts(patient).join(' · ')}</span>
      </p>
      <ul className="choose-lesion" onKeyDown={moveWithin}>
        {lesions.map(({ lesion, imageCount }) => (
          <li key={lesion.id}>
            <button type="button" className="choose-lesion__item" onClick={() => onChoose(lesion)}>
              <strong>{lesion.label}</strong>
              <span className="faint">
                {[siteText(lesion), countText(imageCount, 'image'), lesion.closure && t('closed')]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </button>
          </li>
        ))}
        <li>
          <button type="button" className="choose-lesion__item" onClick={onNew}>
            <strong>{t('A new lesion')}</strong>
          </button>
        </li>
        {onOverview && (
          <li>
            <button type="button" className="choose-lesion__item" onClick={onOverview}>
              <strong>{t('An overview photograph')}</strong>
              <span className="faint">
                {t('A whole region, to mark lesions on; it is not read')}
              </span>
            </button>
          </li>
        )}
      </ul>
      <div>
        <Button icon="search" onClick={onOtherPatient}>
          {t('Another patient')}
        </Button>
      </div>
    </>
  );
}

/** The arrow keys go from one choice to the next. */
function moveWithin(event: KeyboardEvent<HTMLUListElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}

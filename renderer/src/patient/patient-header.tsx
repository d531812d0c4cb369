import { type ReactNode, useState } from 'react';
import type { Patient, Visit } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { ConsentLine } from '../consents/consent-line.tsx';
import { MergeDialog } from '../doubles/merge-dialog.tsx';
import { MergeNotes } from '../doubles/merge-notes.tsx';
import { EraseDialog } from '../erasure/erase-dialog.tsx';
import { PatientFolderDialog } from '../patient-folder/patient-folder-dialog.tsx';
import { EditPatientDialog } from '../patients/patient-dialogs.tsx';
import { navigate } from '../routing/routes.ts';
import { SharePatientDialog } from '../sharing/share-dialog.tsx';
import { useMay } from '../station/use-may.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { Button } from '../ui/button.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { Notice } from '../ui/notices.tsx';
import { Screen } from '../ui/screen.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { formatDate } from '../wording/dates.ts';
import { patientName, phototypeNames } from '../wording/patients.ts';
import { raisedRisks } from '../wording/risk.ts';

interface PatientHeaderProps {
  patient: Patient;
  visits: readonly Visit[];
  children: ReactNode;
}

export function PatientHeader({ patient, visits, children }: PatientHeaderProps) {
  const [dialog, setDialog] = useState<'edit' | 'share' | 'folder' | 'merge' | 'erase'>();
  const mayCall = useMay();
  const merges = useStationQuery('patients.merges', { patientId: patient.id });
  // A record that is another's now is only looked at.
  const isMerged = merges.data?.of != null;
  const may: typeof mayCall = (name) => !isMerged && mayCall(name);
  const { archive, restore } = useArchiving(patient);
  const close = () => setDialog(undefined);
  const more: (MenuItem | false)[] = [
    may('sharing.make') && {
      label: t('Share…'),
      icon: 'move',
      run: () => setDialog('share'),
    },
    may('patientFolder.write') && {
      label: t('Save as a folder…'),
      icon: 'save',
      run: () => setDialog('folder'),
    },
    may('patients.merge') && {
      label: t('Merge with another record…'),
      icon: 'merge',
      run: () => setDialog('merge'),
    },
    may('erasures.erase') && {
      label: t('Erase for good…'),
      icon: 'remove',
      run: () => setDialog('erase'),
    },
  ];
  const commands = more.filter((item) => item !== false);
  const facts: string[] = [];
  if (patient.phototype)
    facts.push(
      t('Phototype {phototype}', { phototype: phototypeNames[patient.phototype - 1] ?? '' }),
    );
  const risks = raisedRisks(patient);
  const latest = visits
    .map(({ startedAt }) => startedAt)
    .sort()
    .at(-1);
  if (latest) facts.push(t('Last visit {date}', { date: formatDate(latest) }));
  return (
    <Screen
      title={patientName(patient)}
      windowTitle={t('Patient')}
      isTitleAbove
      before={<BackLink to="#/patients" label={t('Back to list')} />}
      detail={<span className="soft">{facts.join(' · ')}</span>}
      actions={
        <>
          {may('patients.update') && (
            <Button icon="edit" onClick={() => setDialog('edit')}>
              {t('Edit')}
            </Button>
          )}
          {!may('patients.archive') ? null : patient.archivedAt ? (
            <Button icon="restore" onClick={() => void restore()}>
              {t('Restore')}
            </Button>
          ) : (
            <Button icon="archive" onClick={() => void archive()}>
              {t('{of, select, patient {Archive} other {}}', { of: 'patient' })}
            </Button>
          )}
          {commands.length > 0 && <Menu label={t('More')} items={commands} />}
        </>
      }
    >
      <MergeNotes patientId={patient.id} />
      {patient.archivedAt && !isMerged && (
        <Notice tone="caution">
          {t('Archived on {date}. The record is hidden from the lists; nothing of it is deleted.', {
            date: formatDate(patient.archivedAt),
          })}
        </Notice>
      )}
      {risks.length > 0 && (
        <ul className="patient__risks" aria-label={t('Risk factors')}>
          {risks.map((risk) => (
            <li key={risk} className="tag tag--caution">
              {risk}
            </li>
          ))}
        </ul>
      )}
      {patient.note && <p className="patient__note">{patient.note}</p>}
      {!isMerged && <ConsentLine patient={patient} />}
      {children}
      {dialog === 'edit' && <EditPatientDialog patient={patient} onClose={close} />}
      {dialog === 'merge' && <MergeDialog patient={patient} onClose={close} />}
      {dialog === 'share' && <SharePatientDialog patientId={patient.id} onClose={close} />}
      {dialog === 'folder' && <PatientFolderDialog patient={patient} onClose={close} />}
      {dialog === 'erase' && (
        <EraseDialog
          subject={{ kind: 'patient', id: patient.id }}
          what={patientName(patient)}
          onClose={close}
          onErased={() => navigate({ screen: 'patients' })}
        />
      )}
    </Screen>
  );
}

function useArchiving({ id: patientId }: Patient) {
  const station = useStation();
  const restore = () =>
    station.call('patients.restore', { patientId }).then(() => {
      showToast(t('Restored.'));
    }, showErrorToast);
  const archive = () =>
    station.call('patients.archive', { patientId }).then(() => {
      showToast(t('Archived. The record is hidden from the lists.'), {
        label: t('Undo'),
        run: () => void restore(),
      });
    }, showErrorToast);
  return { archive, restore };
}

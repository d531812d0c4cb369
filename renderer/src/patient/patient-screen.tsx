import { useState } from 'react';
import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { DropArea } from '../imports/drop-area.tsx';
import { importQueue } from '../imports/queue.ts';
import { usePastedFiles } from '../imports/use-pasted-files.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { MissingScreen } from '../ui/screen.tsx';
import { siteText } from '../wording/anatomy.ts';
import { BodyMap } from './body-map.tsx';
import type { BodyPlace } from './body-place.ts';
import { ChooseLesionDialog } from './choose-lesion-dialog.tsx';
import { LesionCard } from './lesion-card.tsx';
import { AddLesionDialog, EditLesionDialog } from './lesion-dialogs.tsx';
import { PatientHeader } from './patient-header.tsx';
import './patient.css';

export function PatientScreen({ patientId }: { patientId: string }) {
  const query = useStationQuery('patients.get', { patientId });
  if (query.data) return <Patient record={query.data} />;
  return (
    <MissingScreen
      title="Patient"
      what="the patient"
      error={query.error}
      backHref="#/patients"
      onRetry={() => void query.refetch()}
    />
  );
}

type Open =
  | { dialog: 'add'; place?: BodyPlace; files?: File[] }
  | { dialog: 'edit'; lesion: Lesion }
  | { dialog: 'choose'; files: File[] };

function Patient({ record }: { record: StationOutput<'patients.get'> }) {
  const { patient, lesions } = record;
  const [open, setOpen] = useState<Open>();
  const [chosenLesionId, setChosenLesionId] = useState<string>();
  const close = () => setOpen(undefined);
  const all = lesions.map(({ lesion }) => lesion);

  const importTo = (lesion: Lesion, files: readonly File[]) =>
    importQueue.add(files, {
      patientId: patient.id,
      lesionId: lesion.id,
      lesionText: `${lesion.label}, ${siteText(lesion)}`,
    });
  const takeFiles = (files: File[]) => {
    if (files.length === 0) return;
    const [only, ...others] = all;
    if (!only) setOpen({ dialog: 'add', files });
    else if (others.length === 0) importTo(only, files);
    else setOpen({ dialog: 'choose', files });
  };
  usePastedFiles(takeFiles);
  const showLesion = (lesionId: string) => {
    setChosenLesionId(lesionId);
    const card = document.getElementById(`lesion-${lesionId}`);
    card?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    card?.focus({ preventScroll: true });
  };

  return (
    <DropArea className="patient" invitation="Drop the images for this patient" onFiles={takeFiles}>
      <PatientHeader patient={patient} visits={record.visits}>
        <div className="patient__columns">
          <section className="panel patient__map" aria-labelledby="map-title">
            <h2 id="map-title">Body map</h2>
            <p className="faint">Click where the lesion is to add it.</p>
            <BodyMap
              lesions={all}
              chosenLesionId={chosenLesionId}
              onPlace={(place) => setOpen({ dialog: 'add', place })}
              onLesion={showLesion}
            />
          </section>
          <section className="patient__lesions" aria-labelledby="lesions-title">
            <div className="patient__bar">
              <h2 id="lesions-title">Lesions</h2>
              <span className="faint">Drop, paste or choose image files.</span>
              <Button icon="plus" onClick={() => setOpen({ dialog: 'add' })}>
                Add lesion
              </Button>
            </div>
            {lesions.length === 0 && (
              <div className="panel">
                <EmptyState icon="image" title="No lesion yet">
                  <p>Click the place on the body map. Then add its images.</p>
                </EmptyState>
              </div>
            )}
            {lesions.map(({ lesion, images }, index) => (
              <LesionCard
                key={lesion.id}
                number={index + 1}
                lesion={lesion}
                images={images}
                isChosen={lesion.id === chosenLesionId}
                onFiles={(files) => importTo(lesion, files)}
                onEdit={() => setOpen({ dialog: 'edit', lesion })}
              />
            ))}
          </section>
        </div>
      </PatientHeader>
      {open?.dialog === 'add' && (
        <AddLesionDialog
          patientId={patient.id}
          place={open.place}
          suggestedLabel={nextLabel(all)}
          onClose={close}
          onAdded={(lesion) => {
            close();
            if (open.files) importTo(lesion, open.files);
          }}
        />
      )}
      {open?.dialog === 'edit' && <EditLesionDialog lesion={open.lesion} onClose={close} />}
      {open?.dialog === 'choose' && (
        <ChooseLesionDialog
          lesions={all}
          fileCount={open.files.length}
          onClose={close}
          onChoose={(lesion) => {
            close();
            importTo(lesion, open.files);
          }}
          onNew={() => setOpen({ dialog: 'add', files: open.files })}
        />
      )}
    </DropArea>
  );
}

/** The first free letter; after Z the person thinks of something. */
function nextLabel(lesions: readonly Lesion[]): string {
  const taken = new Set(lesions.map(({ label }) => label.split(/[\s,.;:]/)[0]?.toUpperCase()));
  return [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].find((letter) => !taken.has(letter)) ?? '';
}

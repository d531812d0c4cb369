import { useState } from 'react';
import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { BodyMap } from '../body-map/body-map.tsx';
import type { BodyPlace } from '../body-map/body-place.ts';
import { DestinationDialog } from '../destination/destination-dialog.tsx';
import { useMoving } from '../destination/use-moving.ts';
import { PlanDialog } from '../follow-ups/follow-up-dialogs.tsx';
import { HistologyDialog } from '../histology/histology-dialog.tsx';
import { importQueue } from '../imports/queue.ts';
import { OverviewStrip } from '../overviews/overview-strip.tsx';
import { href } from '../routing/routes.ts';
import type { StationOutput } from '../station/connection.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import type { MenuItem } from '../ui/menu.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { MissingScreen } from '../ui/screen.tsx';
import { prefersStillness } from '../ui/stillness.ts';
import { siteText } from '../wording/anatomy.ts';
import { lesionStatus } from '../wording/follow-ups.ts';
import { LesionCard, type LesionRecord } from './lesion-card.tsx';
import {
  CloseLesionDialog,
  MergeLesionDialog,
  PickImagesDialog,
  RemoveLesionDialog,
} from './lesion-corrections.tsx';
import { AddLesionDialog, EditLesionDialog } from './lesion-dialogs.tsx';
import { newestImages, newestVerdicts } from './newest.ts';
import { nextLabel } from './next-label.ts';
import { PatientHeader } from './patient-header.tsx';
import { RemovedSection } from './removed-section.tsx';
import { SideBySide } from './side-by-side.tsx';
import { useLesionActions } from './use-lesion-actions.ts';
import './patient.css';

export function PatientScreen({ patientId }: { patientId: string }) {
  const query = useStationQuery('patients.get', { patientId });
  if (query.data) return <Patient record={query.data} />;
  return (
    <MissingScreen
      title={t('Patient')}
      what={t('the patient')}
      error={query.error}
      backHref="#/patients"
      onRetry={() => void query.refetch()}
    />
  );
}

/** A dialog; the lesion's record is looked up anew, because others may change it meanwhile. */
type Open =
  | { dialog: 'add'; place?: BodyPlace }
  | { dialog: 'beside' }
  | {
      dialog: 'edit' | 'close' | 'merge' | 'remove' | 'pick' | 'plan' | 'histology';
      lesionId: string;
    }
  | { dialog: 'move'; lesionId: string; imageIds: string[] };

function Patient({ record }: { record: StationOutput<'patients.get'> }) {
  const { patient, lesions } = record;
  const [open, setOpen] = useState<Open>();
  const [chosenLesionId, setChosenLesionId] = useState<string>();
  const actions = useLesionActions();
  const may = useMay();
  const photographs = useStationQuery('overviews.ofPatient', { patientId: patient.id });
  const all = lesions.map(({ lesion }) => lesion);

  const showLesion = (lesionId: string) => {
    setChosenLesionId(lesionId);
    const card = document.getElementById(`lesion-${lesionId}`);
    card?.scrollIntoView({ block: 'nearest', behavior: prefersStillness() ? 'auto' : 'smooth' });
    card?.focus({ preventScroll: true });
  };

  const commandsFor = ({ lesion, images }: LesionRecord): MenuItem[] => {
    const opening = (dialog: 'close' | 'merge' | 'remove' | 'pick' | 'plan' | 'histology') => () =>
      setOpen({ dialog, lesionId: lesion.id });
    const commands: (MenuItem | false)[] = [
      may('followUps.plan') &&
        !lesion.closure && { label: t('Follow up…'), icon: 'history', run: opening('plan') },
      may('histology.add') && { label: t('Histology…'), icon: 'search', run: opening('histology') },
      may('images.move') &&
        images.length > 0 && { label: t('Move images…'), icon: 'move', run: opening('pick') },
      may('lesions.merge') &&
        lesions.length > 1 && { label: t('Merge into…'), icon: 'merge', run: opening('merge') },
      may('lesions.close') &&
        (lesion.closure
          ? { label: t('Open again'), icon: 'restore', run: () => void actions.reopen(lesion) }
          : { label: t('Close…'), icon: 'archive', run: opening('close') }),
      may('lesions.remove') && {
        label: images.length > 0 ? t('Remove…') : t('Remove'),
        icon: 'remove',
        run: images.length > 0 ? opening('remove') : () => void actions.remove(lesion),
      },
    ];
    return commands.filter((command) => command !== false);
  };

  const openCount = all.filter(({ closure }) => closure === null).length;
  return (
    <div className="patient">
      <PatientHeader patient={patient} visits={record.visits}>
        <div className="patient__columns">
          <section className="panel patient__map" aria-labelledby="map-title">
            <h2 id="map-title">{t('Body map')}</h2>
            {may('lesions.add') && (
              <p className="faint">{t('Click to add a lesion, drag a marker to move it.')}</p>
            )}
            <BodyMap
              lesions={all}
              verdicts={newestVerdicts(lesions)}
              newestImages={newestImages(lesions)}
              chosenLesionId={chosenLesionId}
              statuses={
                new Map(
                  lesions.map(({ lesion, awaited }) => [lesion.id, lesionStatus(lesion, awaited)]),
                )
              }
              onPlace={
                may('lesions.add') ? (place) => setOpen({ dialog: 'add', place }) : undefined
              }
              onLesion={showLesion}
              onMove={
                may('lesions.update')
                  ? (lesion, place) => void actions.place(lesion, place)
                  : undefined
              }
            />
          </section>
          <div className="patient__lesions">
            <OverviewStrip patientId={patient.id} />
            <section className="patient__lesions" aria-labelledby="lesions-title">
              <div className="patient__bar">
                <h2 id="lesions-title">{t('Lesions')}</h2>
                <span className="faint">
                  {openCount < all.length &&
                    t('{open} open, {closed} closed.', {
                      open: openCount,
                      closed: all.length - openCount,
                    })}{' '}
                  {may('images.import') && t('Drop, paste or choose image files.')}
                </span>
                <div className="patient__commands">
                  {lesions.some(({ imageCount }) => imageCount > 0) && (
                    <a
                      className="button"
                      href={href({ screen: 'visit-report', patientId: patient.id })}
                    >
                      <Icon name="print" />
                      {t('Visit’s report')}
                    </a>
                  )}
                  {lesions.filter(({ images }) => images.length > 0).length > 1 && (
                    <Button onClick={() => setOpen({ dialog: 'beside' })}>
                      {t('Side by side')}
                    </Button>
                  )}
                  {may('lesions.add') && (
                    <Button icon="plus" onClick={() => setOpen({ dialog: 'add' })}>
                      {t('Add lesion')}
                    </Button>
                  )}
                </div>
              </div>
              {lesions.length === 0 && (
                <div className="panel">
                  <EmptyState icon="image" title={t('No lesion yet')}>
                    {may('lesions.add') && (
                      <p>{t('Click the place on the body map. Then add its images.')}</p>
                    )}
                  </EmptyState>
                </div>
              )}
              {lesions.map((each, index) => (
                <LesionCard
                  key={each.lesion.id}
                  number={index + 1}
                  record={each}
                  merged={record.removed.lesions
                    .map(({ lesion }) => lesion)
                    .filter(({ mergedInto }) => mergedInto === each.lesion.id)}
                  isChosen={each.lesion.id === chosenLesionId}
                  onFiles={(files) => importTo(each.lesion, files)}
                  onEdit={() => setOpen({ dialog: 'edit', lesionId: each.lesion.id })}
                  commands={commandsFor(each)}
                />
              ))}
              <RemovedSection
                record={record}
                actions={actions}
                overviews={photographs.data?.removed ?? []}
              />
            </section>
          </div>
        </div>
      </PatientHeader>
      {open?.dialog === 'add' ? (
        <AddLesionDialog
          patientId={patient.id}
          place={open.place}
          suggestedLabel={nextLabel(all)}
          onClose={() => setOpen(undefined)}
          onAdded={() => setOpen(undefined)}
        />
      ) : open?.dialog === 'beside' ? (
        <SideBySide patientId={patient.id} onClose={() => setOpen(undefined)} />
      ) : (
        open && <LesionDialog open={open} record={record} actions={actions} onOpen={setOpen} />
      )}
    </div>
  );
}

interface LesionDialogProps {
  open: Exclude<Open, { dialog: 'add' | 'beside' }>;
  record: StationOutput<'patients.get'>;
  actions: ReturnType<typeof useLesionActions>;
  onOpen: (next: Open | undefined) => void;
}

function LesionDialog({ open, record, actions, onOpen }: LesionDialogProps) {
  const move = useMoving();
  const all = useStationQuery('lesions.get', { lesionId: open.lesionId });
  const onClose = () => onOpen(undefined);
  const { lesions } = record;
  const found = lesions.find(({ lesion }) => lesion.id === open.lesionId);
  if (!found) return <LesionGoneDialog onClose={onClose} />;
  const { lesion } = found;
  const images = all.data?.images ?? found.images;
  const common = { lesion, images, actions, onClose };
  switch (open.dialog) {
    case 'edit':
      return <EditLesionDialog lesion={lesion} onClose={onClose} />;
    case 'plan':
      return <PlanDialog lesion={lesion} onClose={onClose} />;
    case 'histology':
      return <HistologyDialog lesion={lesion} onClose={onClose} />;
    case 'close':
      return <CloseLesionDialog {...common} />;
    case 'remove':
      return <RemoveLesionDialog {...common} />;
    case 'merge':
      return (
        <MergeLesionDialog
          {...common}
          others={lesions.map((each) => each.lesion).filter(({ id }) => id !== lesion.id)}
        />
      );
    case 'pick':
      return (
        <PickImagesDialog
          lesion={lesion}
          images={images}
          onClose={onClose}
          onPicked={(imageIds) => onOpen({ dialog: 'move', lesionId: lesion.id, imageIds })}
        />
      );
    case 'move':
      return (
        <DestinationDialog
          title={
            open.imageIds.length === 1 ? t('Where does it belong?') : t('Where do they belong?')
          }
          lead={t(
            '{count, plural, one {# image of lesion {label} will be moved, with readings and reviews.} other {# images of lesion {label} will be moved, with readings and reviews.}}',
            { count: open.imageIds.length, label: lesion.label },
          )}
          patientId={lesion.patientId}
          withoutLesionId={lesion.id}
          onClose={onClose}
          onChoose={(destination) => {
            onClose();
            void move(open.imageIds, destination);
          }}
        />
      );
  }
}

/** What another window did while a dialog about the lesion was open in this one. */
function LesionGoneDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('This lesion is no longer here')} onClose={onClose} widthPx={460}>
      <p>
        {t(
          'It was removed or merged in another window meanwhile, and stands below the lesions under “Removed and merged”. What you typed is kept, should it be restored.',
        )}
      </p>
      <div className="dialog__actions">
        <Button variant="primary" onClick={onClose}>
          {t('Close')}
        </Button>
      </div>
    </Dialog>
  );
}

function importTo(lesion: Lesion, files: readonly File[]): void {
  importQueue.add(files, {
    patientId: lesion.patientId,
    lesionId: lesion.id,
    lesionText: `${lesion.label}, ${siteText(lesion)}`,
  });
}

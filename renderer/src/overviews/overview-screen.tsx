import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import {
  type Lesion,
  type Overview,
  type OverviewRegion,
  overviewRegion,
  overviewRegions,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { MapLegend } from '../body-map/map-legend.tsx';
import { AddLesionDialog } from '../patient/lesion-dialogs.tsx';
import { nextLabel } from '../patient/next-label.ts';
import { leaveFullScreen, useFullScreen } from '../reading/full-screen.ts';
import { ImageViewer } from '../reading/image-viewer.tsx';
import { href } from '../routing/routes.ts';
import type { StationOutput } from '../station/connection.ts';
import { useMay } from '../station/use-may.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/fields.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { MissingScreen, Screen } from '../ui/screen.tsx';
import { Section } from '../ui/section.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { formatDate } from '../wording/dates.ts';
import { regionNames, takenText } from '../wording/overviews.ts';
import { isMarked, listLesions } from './marked-lesions.ts';
import { MarkerLayer } from './marker-layer.tsx';
import { MarksPanel } from './marks-panel.tsx';
import { OverviewThumbnail } from './overview-picture.tsx';
import { useMarking } from './use-marking.ts';
import { useOverviewRemoval } from './use-overview-removal.ts';
import '../reading/reading.css';
import './overviews.css';

export function OverviewScreen({ overviewId }: { overviewId: string }) {
  const query = useStationQuery('overviews.get', { overviewId });
  useEffect(() => leaveFullScreen, []);
  if (query.data) return <Photograph key={overviewId} entry={query.data} />;
  return (
    <MissingScreen
      title={t('Overview photograph')}
      what={t('the photograph')}
      error={query.error}
      backHref="#/patients"
      onRetry={() => void query.refetch()}
    />
  );
}

function Photograph({ entry }: { entry: StationOutput<'overviews.get'> }) {
  const { overview, patient, markers } = entry;
  const record = useStationQuery('patients.get', { patientId: patient.id });
  const [marking, setMarking] = useState<Pick<Lesion, 'id' | 'label'>>();
  const [pointedId, setPointedId] = useState<string>();
  const [arrivingId, setArrivingId] = useState<string>();
  const [isAdding, setAdding] = useState(false);
  const onArrived = useCallback(() => setArrivingId(undefined), []);
  const isFull = useFullScreen();
  const may = useMay();
  const mark = useMarking(overview.id);
  const removal = useOverviewRemoval();
  const isCurrent = overview.removedAt === null;
  const canMark = may('overviews.mark') && isCurrent;
  const records = record.data?.lesions ?? [];
  const lesions = listLesions(records, markers);
  const marked = lesions.filter(isMarked);
  const name = regionNames[overview.region];

  return (
    <Screen
      title={name}
      windowTitle={t('Overview photograph')}
      fill
      before={
        <BackLink
          to={href({ screen: 'patient', patientId: patient.id })}
          label={t('Back to the patient')}
        />
      }
      detail={<span className="soft">{takenText(overview)}</span>}
      actions={
        may('overviews.remove') &&
        isCurrent && (
          <Button variant="quiet" icon="remove" onClick={() => void removal.remove(overview)}>
            {t('Remove photograph')}
          </Button>
        )
      }
    >
      <div className="reading">
        <div className={isFull ? 'reading__stage reading__stage--full' : 'reading__stage'}>
          <ImageViewer
            image={overview}
            kind="overview"
            alt={t('Overview photograph: {name}', { name })}
            overlay={
              <MarkerLayer
                marked={marked}
                pointedId={pointedId}
                marking={marking}
                arrivingId={arrivingId}
                onArrived={onArrived}
                onPlace={(at) => {
                  if (!marking) return;
                  setMarking(undefined);
                  setArrivingId(marking.id);
                  void mark(marking, null, at);
                }}
                onCancel={() => setMarking(undefined)}
                onMark={
                  canMark ? (each, at) => void mark(each.lesion, pointOf(each.at), at) : undefined
                }
              />
            }
          />
          <MapLegend
            lesions={marked.map(({ lesion }) => lesion)}
            statuses={new Map(marked.map(({ lesion, status }) => [lesion.id, status]))}
            verdicts={
              new Map(
                marked.flatMap(({ lesion, verdict }) =>
                  verdict === undefined ? [] : [[lesion.id, verdict] as const],
                ),
              )
            }
          />
        </div>
        <div className="reading__side">
          {overview.removedAt && (
            <Notice tone="caution">
              {t('This photograph is removed: hidden with its marks, but not deleted.')}{' '}
              {may('overviews.restore') && (
                <Button small onClick={() => void removal.restore(overview)}>
                  {t('Restore')}
                </Button>
              )}
            </Notice>
          )}
          <ErrorNotice error={record.error} onRetry={() => void record.refetch()} />
          {isCurrent && record.data && (
            <MarksPanel
              lesions={lesions}
              marking={marking}
              onMarking={canMark ? setMarking : undefined}
              onNewLesion={canMark && may('lesions.add') ? () => setAdding(true) : undefined}
              onRemove={(each) => void mark(each.lesion, pointOf(each.at), null)}
              onPoint={setPointedId}
            />
          )}
          <Facts overview={overview} canEdit={may('overviews.setRegion') && isCurrent} />
          <SameRegion overview={overview} />
        </div>
      </div>
      {isAdding && (
        <AddLesionDialog
          patientId={patient.id}
          suggestedLabel={nextLabel(records.map(({ lesion }) => lesion))}
          onClose={() => setAdding(false)}
          onAdded={(lesion) => {
            setAdding(false);
            setMarking(lesion);
          }}
        />
      )}
    </Screen>
  );
}

const pointOf = ({ x, y }: { readonly x: number; readonly y: number }) => ({ x, y });

function Facts({ overview, canEdit }: { overview: Overview; canEdit: boolean }) {
  const station = useStation();
  const queryClient = useQueryClient();
  const setRegion = (region: OverviewRegion) => {
    const input = { overviewId: overview.id };
    // Shown at once, not only when the station has said so.
    queryClient.setQueryData<StationOutput<'overviews.get'>>(
      ['overviews.get', input],
      (entry) => entry && { ...entry, overview: { ...entry.overview, region } },
    );
    station.call('overviews.setRegion', { ...input, region }).catch((error: unknown) => {
      showErrorToast(error);
      void queryClient.invalidateQueries({ queryKey: ['overviews.get'] });
    });
  };
  return (
    <Section title={t('Photograph')}>
      {canEdit && (
        <SelectField
          label={t('Region')}
          value={overview.region}
          onValue={(value) => setRegion(overviewRegion.parse(value))}
        >
          {overviewRegions.map((each) => (
            <option key={each} value={each}>
              {regionNames[each]}
            </option>
          ))}
        </SelectField>
      )}
      <p className="soft overview-facts">
        {t('{facts}. No network reads it.', {
          facts: [
            t('{widthPx} × {heightPx} px', {
              widthPx: overview.widthPx,
              heightPx: overview.heightPx,
            }),
            overview.device,
            t('added {date} by {importedByName}', {
              date: formatDate(overview.importedAt),
              importedByName: overview.importedByName,
            }),
          ]
            .filter(Boolean)
            .join(' · '),
        })}
      </p>
    </Section>
  );
}

/** The same region at other times. */
function SameRegion({ overview }: { overview: Overview }) {
  const { data } = useStationQuery('overviews.ofPatient', { patientId: overview.patientId });
  const others = (data?.overviews ?? []).filter(
    (each) => each.overview.region === overview.region && each.overview.id !== overview.id,
  );
  if (others.length === 0) return null;
  return (
    <Section title={t('The same region')}>
      <ul className="overviews__strip">
        {others.map((each) => (
          <li key={each.overview.id}>
            <a
              className="overviews__item"
              href={href({ screen: 'overview', overviewId: each.overview.id })}
            >
              <OverviewThumbnail overview={each.overview} marks={each.markers} alt="" />
              <span>{formatDate(each.overview.capturedAt ?? each.overview.importedAt)}</span>
            </a>
          </li>
        ))}
      </ul>
    </Section>
  );
}

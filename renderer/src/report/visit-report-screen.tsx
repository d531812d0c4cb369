import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { localDay } from '../../../src/clinic/entities/days.ts';
import type { Patient } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { LesionImageEntry, LesionRecord } from '../lesion/timeline.ts';
import { href } from '../routing/routes.ts';
import type { OpenSession } from '../session-hygiene.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { PaperButtons } from '../ui/paper-buttons.tsx';
import { MissingScreen, Screen } from '../ui/screen.tsx';
import { siteText } from '../wording/anatomy.ts';
import { formatDay } from '../wording/dates.ts';
import { statusText } from '../wording/follow-ups.ts';
import { patientName } from '../wording/patients.ts';
import type { Annexed } from './annexes.ts';
import { ReportChoices } from './report-choices.tsx';
import { ReportMap } from './report-map.tsx';
import { Annex, LesionParts, PatientFacts, ReportHead } from './report-sheet.tsx';
import './report.css';

interface VisitReportProps {
  session: OpenSession;
  patientId: string;
}

export function VisitReportScreen({ session, patientId }: VisitReportProps) {
  const query = useStationQuery('patients.get', { patientId });
  if (query.data) return <OfPatient session={session} record={query.data} />;
  return (
    <MissingScreen
      title={t('Report')}
      what={t('the patient')}
      error={query.error}
      backHref="#/patients"
      onRetry={() => void query.refetch()}
    />
  );
}

function OfPatient(props: { session: OpenSession; record: StationOutput<'patients.get'> }) {
  const { session, record } = props;
  const { patient } = record;
  const station = useStation();
  const queries = useQueries({
    queries: record.lesions.map(({ lesion: { id: lesionId } }) => ({
      queryKey: ['lesions.get', { lesionId }],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        station.call('lesions.get', { lesionId }, { signal }),
    })),
  });
  const error = queries.find((query) => query.error)?.error;
  const lesions = queries.flatMap(({ data }) => data ?? []);
  const isWhole = lesions.length === record.lesions.length;
  return (
    <Screen
      title={t('Report of {patient}', { patient: patientName(patient) })}
      windowTitle={t('Report')}
      before={
        <BackLink
          to={href({ screen: 'patient', patientId: patient.id })}
          label={t('Back to the patient')}
        />
      }
      actions={isWhole && <PaperButtons pdfName="report" />}
    >
      <ErrorNotice error={error} />
      {!isWhole && !error && <Loading what={t('the lesions')} />}
      {isWhole && <Visits session={session} patient={patient} lesions={lesions} />}
    </Screen>
  );
}

interface VisitsProps {
  session: OpenSession;
  patient: Patient;
  lesions: readonly LesionRecord[];
}

/** By the camera's day, or else that of the import. */
const dayOf = ({ image }: LesionImageEntry): string =>
  image.capturedAt?.slice(0, 10) ?? localDay(new Date(image.importedAt));

/** All lesions of which there is an image of one day. */
function Visits({ session, patient, lesions }: VisitsProps) {
  const days = [...new Set(lesions.flatMap(({ images }) => images.map(dayOf)))].sort().reverse();
  const [chosen, setDay] = useState<string>();
  const [annex, setAnnex] = useState<Annexed>('with');
  const day = chosen ?? days[0];
  if (day === undefined)
    return (
      <EmptyState icon="image" title={t('No image yet')}>
        <p>{t('A visit’s report needs a visit with images.')}</p>
      </EmptyState>
    );
  const seen = lesions
    .map((record) => ({ record, images: record.images.filter((each) => dayOf(each) === day) }))
    .filter(({ images }) => images.length > 0);
  return (
    <>
      <ReportChoices
        text={t('Of the visit of')}
        label={t('Which visit')}
        visit={day}
        onVisit={setDay}
        annex={annex}
        onAnnex={setAnnex}
      >
        {days.map((each) => (
          <option key={each} value={each}>
            {formatDay(each)}
          </option>
        ))}
      </ReportChoices>
      <article className="report" aria-label={t('Report')}>
        <ReportHead session={session} />
        <div>
          <PatientFacts patient={patient} />
          <p>
            {t(
              '{count, plural, one {Visit of {day}: # lesion of {all}.} other {Visit of {day}: # lesions of {all}.}}',
              { day: formatDay(day), count: seen.length, all: lesions.length },
            )}
          </p>
        </div>
        {seen.map(({ record, images }) => (
          <VisitedLesion key={record.lesion.id} record={record} images={images} />
        ))}
        {annex === 'with' && <Annex images={seen.flatMap(({ images }) => images)} />}
      </article>
    </>
  );
}

function VisitedLesion(props: { record: LesionRecord; images: readonly LesionImageEntry[] }) {
  const { lesion, followUps } = props.record;
  return (
    <section className="report__lesion" aria-label={t('Lesion {label}', { label: lesion.label })}>
      <div className="report__top">
        <div>
          <h3>{t('Lesion {label}, {site}', { label: lesion.label, site: siteText(lesion) })}</h3>
          <p>
            {t('Status: {status}.', {
              status: statusText(
                lesion,
                followUps.filter(({ ended }) => ended === null),
              ),
            })}
          </p>
          {lesion.note && <p>{lesion.note}</p>}
        </div>
        <ReportMap position={lesion.position} />
      </div>
      <LesionParts {...props} />
    </section>
  );
}

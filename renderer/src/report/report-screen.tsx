import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { inOrder, type Timeline, timelineOf } from '../lesion/timeline.ts';
import { href } from '../routing/routes.ts';
import type { OpenSession } from '../session-hygiene.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { PaperButtons } from '../ui/paper-buttons.tsx';
import { MissingScreen, Screen } from '../ui/screen.tsx';
import { formatDay } from '../wording/dates.ts';
import type { Annexed } from './annexes.ts';
import { ReportChoices } from './report-choices.tsx';
import { ReportSheet } from './report-sheet.tsx';
import './report.css';

type LesionRecord = StationOutput<'lesions.get'>;

interface ReportScreenProps {
  session: OpenSession;
  lesionId: string;
}

export function ReportScreen({ session, lesionId }: ReportScreenProps) {
  const query = useStationQuery('lesions.get', { lesionId });
  if (query.data) return <Report session={session} record={query.data} />;
  return (
    <MissingScreen
      title={t('Report')}
      what={t('the lesion')}
      error={query.error}
      backHref={href({ screen: 'lesion', lesionId })}
      onRetry={() => void query.refetch()}
    />
  );
}

/** A lesion's report, or that of one of its visits, as it comes out on paper. */
function Report({ session, record }: { session: OpenSession; record: LesionRecord }) {
  const { lesion } = record;
  const timeline = timelineOf(record.images);
  const [visit, setVisit] = useState('');
  const [annex, setAnnex] = useState<Annexed>('with');
  const images = imagesOf(timeline, visit);
  return (
    <Screen
      title={t('Report of lesion {label}', { label: lesion.label })}
      windowTitle={t('Report')}
      before={
        <BackLink
          to={href({ screen: 'lesion', lesionId: lesion.id })}
          label={t('Back to the lesion')}
        />
      }
      actions={<PaperButtons pdfName="report" />}
    >
      <ReportChoices
        text={t('Of')}
        label={t('Which visits')}
        visit={visit}
        onVisit={setVisit}
        annex={annex}
        onAnnex={setAnnex}
      >
        <option value="">{t('all visits')}</option>
        {timeline.visits.map(({ day }) => (
          <option key={day} value={day}>
            {t('the visit of {day}', { day: formatDay(day) })}
          </option>
        ))}
      </ReportChoices>
      <ReportSheet
        session={session}
        record={record}
        images={images}
        visit={visit}
        hasAnnex={annex === 'with'}
      />
    </Screen>
  );
}

function imagesOf(timeline: Timeline, visit: string) {
  return visit === ''
    ? inOrder(timeline)
    : (timeline.visits.find(({ day }) => day === visit)?.images ?? []);
}

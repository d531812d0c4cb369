import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { PlanDialog } from '../follow-ups/follow-up-dialogs.tsx';
import { Findings } from '../histology/findings.tsx';
import { HistologyDialog } from '../histology/histology-dialog.tsx';
import { DropArea } from '../imports/drop-area.tsx';
import { FileButton } from '../imports/file-button.tsx';
import { importQueue } from '../imports/queue.ts';
import { MarkedOverviews } from '../overviews/marked-overviews.tsx';
import { href, navigate } from '../routing/routes.ts';
import { useShortcuts } from '../routing/shortcuts.ts';
import { ColleagueAnswers } from '../sharing/colleague-answers.tsx';
import { ShareDialog } from '../sharing/share-dialog.tsx';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { EmptyState, Notice } from '../ui/notices.tsx';
import { MissingScreen, Screen } from '../ui/screen.tsx';
import { Section } from '../ui/section.tsx';
import { siteText } from '../wording/anatomy.ts';
import { countText } from '../wording/counts.ts';
import { formatDay } from '../wording/dates.ts';
import { isOverdue, statusText } from '../wording/follow-ups.ts';
import { Curves } from './curves.tsx';
import { eventsOf } from './events.ts';
import { TimeAxis } from './time-axis.tsx';
import { inOrder, type LesionRecord, timelineOf, widestPair } from './timeline.ts';
import './lesion.css';

export function LesionScreen({ lesionId }: { lesionId: string }) {
  const query = useStationQuery('lesions.get', { lesionId });
  if (query.data) return <Lesion record={query.data} />;
  return (
    <MissingScreen
      title={t('Lesion')}
      what={t('the lesion')}
      error={query.error}
      backHref="#/patients"
      onRetry={() => void query.refetch()}
    />
  );
}

/** At most so many are compared. */
const mostCompared = 4;

function Lesion({ record }: { record: LesionRecord }) {
  const { lesion, patient, images, followUps, histology } = record;
  const may = useMay();
  const [dialog, setDialog] = useState<'plan' | 'histology' | 'share'>();
  const [picked, setPicked] = useState<readonly string[]>([]);
  const timeline = timelineOf(images);
  const awaited = followUps.filter(({ ended }) => ended === null);
  const toCompare =
    picked.length >= 2
      ? inOrder(timeline)
          .map(({ image }) => image.id)
          .filter((id) => picked.includes(id))
      : widestPair(timeline);
  const compare = () => {
    if (toCompare.length >= 2)
      navigate({ screen: 'compare', lesionId: lesion.id, imageIds: toCompare });
  };
  useShortcuts({ c: compare });
  const pick = (imageId: string) =>
    setPicked(
      picked.includes(imageId)
        ? picked.filter((other) => other !== imageId)
        : [...picked, imageId].slice(-mostCompared),
    );
  const onFiles = (files: File[]) =>
    importQueue.add(files, {
      patientId: patient.id,
      lesionId: lesion.id,
      lesionText: `${lesion.label}, ${siteText(lesion)}`,
    });
  const canImport = may('images.import') && lesion.removedAt === null;

  return (
    <DropArea
      invitation={t('Drop the images for {label}', { label: lesion.label })}
      onFiles={onFiles}
      isOff={!canImport}
    >
      <Screen
        title={t('Lesion {label}', { label: lesion.label })}
        windowTitle={t('Lesion')}
        before={
          <BackLink
            to={href({ screen: 'patient', patientId: patient.id })}
            label={t('Back to the patient')}
          />
        }
        detail={<span className="soft">{siteText(lesion)}</span>}
        actions={
          <>
            <a
              className="button"
              href={href({ screen: 'report', lesionId: lesion.id })}
              title={t('A report to print or to save as a PDF')}
            >
              <Icon name="print" />
              {t('Report')}
            </a>
            {may('sharing.make') && lesion.removedAt === null && (
              <Button icon="move" onClick={() => setDialog('share')}>
                {t('Share…')}
              </Button>
            )}
            {canImport && <FileButton onFiles={onFiles} small={false} />}
            <Button
              variant="primary"
              icon="image"
              disabled={toCompare.length < 2}
              onClick={compare}
              title={t('Compare the images that are ticked, or the first and the last (C)')}
            >
              {picked.length >= 2 ? t('Compare {count}', { count: picked.length }) : t('Compare')}
              <KeyHint keys={['C']} />
            </Button>
          </>
        }
      >
        {lesion.removedAt && (
          <Notice tone="caution">
            {t(
              'This lesion is removed: hidden from the lists, but not deleted. It can be restored on the patient’s page.',
            )}
          </Notice>
        )}
        <section className="panel lesion-axis" aria-label={t('Images through time')}>
          {images.length === 0 ? (
            <EmptyState icon="image" title={t('No image yet')}>
              <p>{t('What is decided and found of the lesion is kept all the same.')}</p>
            </EmptyState>
          ) : (
            <TimeAxis timeline={timeline} label={lesion.label} picked={picked} onPick={pick} />
          )}
        </section>
        <div className="lesion-columns">
          <div className="lesion-column">
            {timeline.visits.length > 0 && (
              <Section title={t('Over time')}>
                <Curves record={record} visits={timeline.visits} />
              </Section>
            )}
            <Section title={t('Record')}>
              <Events record={record} />
            </Section>
          </div>
          <div className="lesion-column">
            <Section title={t('Status')}>
              <p
                className={
                  awaited.some(({ dueOn }) => isOverdue(dueOn)) && !lesion.closure
                    ? 'lesion-status lesion-status--overdue'
                    : 'lesion-status'
                }
              >
                {statusText(lesion, awaited)}
              </p>
              {lesion.note && <p className="soft">{lesion.note}</p>}
              <p className="faint">
                {timeline.visits[0]
                  ? t('{images}, the first of {day}', {
                      images: countText(images.length, 'image'),
                      day: formatDay(timeline.visits[0].day),
                    })
                  : countText(images.length, 'image')}
              </p>
              {lesion.removedAt === null && (
                <div className="lesion-commands">
                  {may('followUps.plan') && !lesion.closure && (
                    <Button icon="history" onClick={() => setDialog('plan')}>
                      {t('Follow up…')}
                    </Button>
                  )}
                  {may('histology.add') && (
                    <Button icon="search" onClick={() => setDialog('histology')}>
                      {t('Histology…')}
                    </Button>
                  )}
                </div>
              )}
            </Section>
            <MarkedOverviews lesionId={lesion.id} />
            <ColleagueAnswers lesionId={lesion.id} />
            {histology.length > 0 && (
              <Section title={t('Histology')}>
                <Findings lesion={lesion} findings={histology} />
              </Section>
            )}
          </div>
        </div>
        {dialog === 'plan' && <PlanDialog lesion={lesion} onClose={() => setDialog(undefined)} />}
        {dialog === 'share' && (
          <ShareDialog lesionIds={[lesion.id]} onClose={() => setDialog(undefined)} />
        )}
        {dialog === 'histology' && (
          <HistologyDialog lesion={lesion} onClose={() => setDialog(undefined)} />
        )}
      </Screen>
    </DropArea>
  );
}

function Events({ record }: { record: LesionRecord }) {
  const about = useStationQuery('about', {});
  const classes = about.data?.network.classes ?? [];
  const events = eventsOf(record, classes);
  if (events.length === 0) return <p className="soft">{t('Nothing yet.')}</p>;
  return (
    <ol className="events">
      {events.map(({ key, day, icon, title, detail, imageId }) => (
        <li key={key} className="events__item">
          <span className="events__day">{formatDay(day)}</span>
          <Icon name={icon} />
          <div>
            {imageId ? <a href={href({ screen: 'image', imageId })}>{title}</a> : title}
            {detail && <p className="soft events__detail">{detail}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}

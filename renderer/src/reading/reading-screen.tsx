import { useEffect } from 'react';
import { isOpinionAwaited } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useChecklists } from '../checklists/use-checklists.tsx';
import { SimilarCases } from '../classes/similar-cases.tsx';
import { UseAsExample } from '../classes/use-as-example.tsx';
import { useEvidence } from '../evidence/use-evidence.tsx';
import { useMeasuring } from '../measuring/use-measuring.tsx';
import { useColleagues } from '../opinions/use-colleagues.ts';
import { navigate } from '../routing/routes.ts';
import { useShortcuts } from '../routing/shortcuts.ts';
import type { StationOutput } from '../station/connection.ts';
import { useMay } from '../station/use-may.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Notice } from '../ui/notices.tsx';
import { MissingScreen, Screen } from '../ui/screen.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { siteText } from '../wording/anatomy.ts';
import { leaveFullScreen, useFullScreen } from './full-screen.ts';
import { ImageFacts } from './image-facts.tsx';
import { ImageViewer } from './image-viewer.tsx';
import { LesionFilmstrip } from './lesion-filmstrip.tsx';
import { ImageMoves, MoveImageButton } from './move-image.tsx';
import { useNeighbours } from './neighbours.ts';
import { ReadingCard } from './reading-card.tsx';
import { ReviewPanel } from './review-panel.tsx';
import { useReviewDraft } from './use-review-draft.ts';
import './reading.css';

export function ReadingScreen({ imageId }: { imageId: string }) {
  const query = useStationQuery('images.get', { imageId });
  const settings = useStationQuery('settings.get', {});
  useEffect(() => leaveFullScreen, []);
  if (query.data && settings.data) {
    const { impressionFirst } = settings.data;
    return <ImageRecord key={imageId} record={query.data} impressionFirst={impressionFirst} />;
  }
  return (
    <MissingScreen
      title={t('Reading')}
      what={t('the image')}
      error={query.error ?? settings.error}
      backHref="#/worklist"
      onRetry={() => void Promise.all([query.refetch(), settings.refetch()])}
    />
  );
}

function ImageRecord(props: { record: StationOutput<'images.get'>; impressionFirst: boolean }) {
  const { record, impressionFirst } = props;
  const { image, lesion, readings, reviews, opinions } = record;
  const isFull = useFullScreen();
  const may = useMay();
  const { me } = useColleagues();
  const isAsked = opinions.some((each) => isOpinionAwaited(each) && each.askedOfId === me?.id);
  const isImpressionFirst =
    impressionFirst && may('reviews.save') && (isAsked || reviews.length === 0);
  const drafting = useReviewDraft(image.id, record.draft, isImpressionFirst);
  const neighbours = useNeighbours(image.id);
  const { remove, restore } = useRemoval(record);
  const isHeldBack = isImpressionFirst && drafting.draft.impression === null;
  const checklists = useChecklists(image);
  const evidence = useEvidence(record, !isHeldBack);
  const measuring = useMeasuring(image);
  const goTo = (imageId: string | undefined) => {
    if (imageId) navigate({ screen: 'image', imageId });
  };
  useShortcuts({
    j: () => goTo(neighbours.next),
    k: () => goTo(neighbours.previous),
  });

  return (
    <Screen
      title={t('Lesion {label}', { label: lesion.label })}
      windowTitle={t('Reading')}
      fill
      detail={<span className="soft">{siteText(lesion)}</span>}
      actions={
        <>
          {may('classes.addExamples') && (
            <UseAsExample
              imageId={image.id}
              disabled={!!image.removedAt || readings.length === 0}
            />
          )}
          {may('images.move') && <MoveImageButton image={image} lesion={lesion} />}
          {may('images.remove') && (
            <Button
              variant="quiet"
              icon="remove"
              onClick={() => void remove()}
              disabled={!!image.removedAt}
            >
              {t('Remove image')}
            </Button>
          )}
          <span className="reading__place">{neighbours.position}</span>
          <IconButton
            icon="back"
            label={t('Previous image of the worklist (K)')}
            variant="secondary"
            disabled={!neighbours.previous}
            onClick={() => goTo(neighbours.previous)}
          />
          <IconButton
            icon="chevron"
            label={t('Next image of the worklist (J)')}
            variant="secondary"
            disabled={!neighbours.next}
            onClick={() => goTo(neighbours.next)}
          />
        </>
      }
    >
      <div className="reading">
        <div className={isFull ? 'reading__stage reading__stage--full' : 'reading__stage'}>
          <ImageViewer
            image={image}
            alt={t('Lesion {label}, {site}', { label: lesion.label, site: siteText(lesion) })}
            overlay={
              <>
                {evidence.overlay}
                {checklists.overlay}
                {measuring.overlay}
              </>
            }
            scale={measuring.scale}
          />
          <ImageFacts image={image} />
          <ImageMoves lesion={lesion} moves={record.moves} />
          <LesionFilmstrip lesion={lesion} imageId={image.id} />
        </div>
        <div className="reading__side">
          {image.removedAt && (
            <Notice tone="caution">
              {t('This image is removed: hidden from the lists, but not deleted.')}{' '}
              {may('images.restore') && (
                <Button small onClick={() => void restore()}>
                  {t('Restore')}
                </Button>
              )}
            </Notice>
          )}
          <ReadingCard image={image} readings={readings} isHeldBack={isHeldBack} />
          {evidence.panel}
          {checklists.panel}
          {measuring.panel}
          <SimilarCases imageId={image.id} />
          <ReviewPanel
            imageId={image.id}
            reading={readings[0]}
            reviews={reviews}
            opinions={opinions}
            awaited={record.awaited}
            drafting={drafting}
            isReadingHeldBack={isHeldBack}
            nextImageId={neighbours.afterThis}
          />
        </div>
      </div>
    </Screen>
  );
}

function useRemoval({ image, patient }: StationOutput<'images.get'>) {
  const station = useStation();
  const input = { imageId: image.id };
  const restore = () =>
    station.call('images.restore', input).then(() => {
      showToast(t('The image is back.'));
    }, showErrorToast);
  const remove = () =>
    station.call('images.remove', input).then(() => {
      navigate({ screen: 'patient', patientId: patient.id });
      showToast(t('Image removed.'), { label: t('Undo'), run: () => void restore() });
    }, showErrorToast);
  return { remove, restore };
}

import { href, navigate } from '../routing/routes.ts';
import { useShortcuts } from '../routing/shortcuts.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { usePreference } from '../theme/preferences.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notices.tsx';
import { MissingScreen, Screen } from '../ui/screen.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { siteText } from '../wording/anatomy.ts';
import { patientFacts, patientName } from '../wording/patients.ts';
import { ImageFacts } from './image-facts.tsx';
import { ImageViewer } from './image-viewer.tsx';
import { useNeighbours } from './neighbours.ts';
import { QualityWarnings } from './quality-warnings.tsx';
import { ReadingPanel } from './reading-panel.tsx';
import { ReviewPanel } from './review-panel.tsx';
import { useReviewDraft } from './use-review-draft.ts';
import './reading.css';

export function ReadingScreen({ imageId }: { imageId: string }) {
  const query = useStationQuery('images.get', { imageId });
  if (query.data) return <ImageRecord record={query.data} />;
  return (
    <MissingScreen
      title="Reading"
      what="the image"
      error={query.error}
      backHref="#/worklist"
      onRetry={() => void query.refetch()}
    />
  );
}

function ImageRecord({ record }: { record: StationOutput<'images.get'> }) {
  const { image, lesion, patient, readings, reviews } = record;
  const drafting = useReviewDraft(image.id, record.draft);
  const isImpressionFirst = usePreference('impression-first') === 'on';
  const neighbours = useNeighbours(image.id);
  const { remove, restore } = useRemoval(record);
  const goTo = (imageId: string | undefined) => {
    if (imageId) navigate({ screen: 'image', imageId });
  };
  useShortcuts({
    j: () => goTo(neighbours.next),
    k: () => goTo(neighbours.previous),
  });

  return (
    <Screen
      title={patientName(patient)}
      windowTitle="Reading"
      fill
      before={
        <a
          className="button button--quiet button--icon"
          href={href({ screen: 'patient', patientId: patient.id })}
          aria-label="Back to the record"
          title="Back to the record"
        >
          <Icon name="back" />
        </a>
      }
      detail={
        <span className="soft">
          {[`Lesion ${lesion.label}`, siteText(lesion), ...patientFacts(patient)].join(' · ')}
        </span>
      }
      actions={
        <>
          {neighbours.position && <span className="reading__place">{neighbours.position}</span>}
          <IconButton
            icon="back"
            label="Previous image of the worklist (K)"
            variant="secondary"
            disabled={!neighbours.previous}
            onClick={() => goTo(neighbours.previous)}
          />
          <IconButton
            icon="chevron"
            label="Next image of the worklist (J)"
            variant="secondary"
            disabled={!neighbours.next}
            onClick={() => goTo(neighbours.next)}
          />
          <Button icon="remove" onClick={() => void remove()} disabled={!!image.removedAt}>
            Remove image
          </Button>
        </>
      }
    >
      {image.removedAt && (
        <Notice tone="caution">
          This image is removed: hidden from the lists, but not deleted.{' '}
          <Button small onClick={() => void restore()}>
            Restore
          </Button>
        </Notice>
      )}
      <div className="reading">
        <div className="reading__stage">
          <ImageViewer image={image} alt={`Lesion ${lesion.label}, ${siteText(lesion)}`} />
          <ImageFacts image={image} />
        </div>
        <div className="reading__side">
          <QualityWarnings image={image} />
          <ReadingPanel
            imageId={image.id}
            readings={readings}
            isHeldBack={
              isImpressionFirst && reviews.length === 0 && drafting.draft.impression === null
            }
          />
          <ReviewPanel
            imageId={image.id}
            reading={readings[0]}
            reviews={reviews}
            drafting={drafting}
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
      showToast('The image is back.');
    }, showErrorToast);
  const remove = () =>
    station.call('images.remove', input).then(() => {
      navigate({ screen: 'patient', patientId: patient.id });
      showToast('Image removed.', { label: 'Undo', run: () => void restore() });
    }, showErrorToast);
  return { remove, restore };
}

import { useId, useState } from 'react';
import type { FollowUp, Reading, Review } from '../../../src/clinic/entities/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ReviewForm } from './review-form.tsx';
import { ReviewHistory } from './review-history.tsx';
import { isEmptyDraft, type ReviewDrafting } from './use-review-draft.ts';
import './review.css';

interface ReviewPanelProps {
  imageId: string;
  reading: Reading | undefined;
  /** Newest first. */
  reviews: readonly Review[];
  /** What the lesion waits for. */
  awaited: readonly FollowUp[];
  drafting: ReviewDrafting;
  nextImageId: string | undefined;
}

/** The clinician's part. A review is never changed: a correction is a newer one. */
export function ReviewPanel(props: ReviewPanelProps) {
  const { imageId, reading, reviews, awaited, drafting, nextImageId } = props;
  const classes = useClasses(reading);
  const mayReview = useMay()('reviews.save');
  const isReviewed = reviews.length > 0;
  const [isCorrecting, setCorrecting] = useState(isReviewed && !isEmptyDraft(drafting.draft));
  const titleId = useId();
  const close = () => {
    setCorrecting(false);
    drafting.clear();
  };
  const correct = () => {
    const [newest] = reviews;
    if (newest) drafting.beginFrom(newest);
    setCorrecting(true);
  };
  return (
    <section className="review" aria-labelledby={titleId}>
      <div className={isReviewed ? 'panel review__panel' : 'visually-hidden'}>
        <header className="review__head">
          <h2 id={titleId}>{isReviewed ? 'Review' : 'Your review'}</h2>
          {isReviewed && mayReview && (
            <Button
              small
              variant="quiet"
              icon={isCorrecting ? 'close' : 'edit'}
              onClick={isCorrecting ? close : correct}
            >
              {isCorrecting ? 'Keep as it is' : 'Correct'}
            </Button>
          )}
        </header>
        <ReviewHistory reviews={reviews} classes={classes} />
      </div>
      {!mayReview && !isReviewed && <p className="faint">Not reviewed yet.</p>}
      {mayReview && (isCorrecting || !isReviewed) && (
        <ReviewForm
          imageId={imageId}
          reading={reading}
          classes={classes}
          isCorrection={isReviewed}
          awaited={awaited}
          drafting={drafting}
          nextImageId={nextImageId}
          onCorrected={close}
        />
      )}
    </section>
  );
}

/** The shipped network's, and those that this clinic's own head adds. */
function useClasses(reading: Reading | undefined) {
  const about = useStationQuery('about', {});
  const shipped = about.data?.network.classes ?? [];
  const codes = new Set(shipped.map(({ code }) => code));
  const own = reading?.probabilities.filter(({ code }) => !codes.has(code)) ?? [];
  return [...shipped, ...own.toSorted((a, b) => (a.code < b.code ? -1 : 1))];
}

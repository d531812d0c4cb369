import { useId, useState } from 'react';
import {
  type FollowUp,
  isOpinionAwaited,
  isUnsettled,
  type Reading,
  type Review,
  type SecondOpinion,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { AskDialog } from '../opinions/ask-dialog.tsx';
import { OpinionAsked } from '../opinions/opinion-asked.tsx';
import { OpinionNotes } from '../opinions/opinion-notes.tsx';
import { useColleagues } from '../opinions/use-colleagues.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ReviewForm } from './review-form.tsx';
import { ReviewHistory } from './review-history.tsx';
import { isEmptyDraft, type ReviewDrafting } from './use-review-draft.ts';
import type { Purpose } from './use-save-review.ts';
import './review.css';

interface ReviewPanelProps {
  imageId: string;
  reading: Reading | undefined;
  /** Newest first. */
  reviews: readonly Review[];
  opinions: readonly SecondOpinion[];
  /** What the lesion waits for. */
  awaited: readonly FollowUp[];
  drafting: ReviewDrafting;
  isReadingHeldBack: boolean;
  nextImageId: string | undefined;
}

const titles: Record<Purpose['kind'], string> = {
  review: t('Your review'),
  correction: t('Review'),
  opinion: t('Your second opinion'),
  consensus: t('Review'),
};

/** The clinician's part. A review is never changed: a correction is a newer one. */
export function ReviewPanel(props: ReviewPanelProps) {
  const { imageId, reading, reviews, opinions, awaited, drafting, nextImageId } = props;
  const classes = useClasses(reading);
  const mayReview = useMay()('reviews.save');
  const { me, colleagues } = useColleagues();
  const mine = opinions.find((each) => isOpinionAwaited(each) && each.askedOfId === me?.id);
  const isReviewed = reviews.length > 0;
  const [begun, setBegun] = useState<Purpose | undefined>(() => begunBefore(props));
  const [isAsking, setAsking] = useState(false);
  const titleId = useId();
  const purpose = purposeOf(mine, isReviewed, begun);
  const close = () => {
    setBegun(undefined);
    drafting.clear();
  };
  const begin = (next: Purpose) => {
    const [newest] = reviews;
    if (newest) drafting.beginFrom(next.kind === 'consensus' ? { ...newest, note: '' } : newest);
    setBegun(next);
  };
  const [newest] = reviews;
  const canAsk =
    newest !== undefined &&
    mayReview &&
    !mine &&
    colleagues.some(({ id }) => id !== newest.reviewerId && !isAskedOf(opinions, id));
  return (
    <section className="review" aria-labelledby={titleId}>
      <div className={isReviewed || mine ? 'panel review__panel' : 'visually-hidden'}>
        <header className="review__head">
          <h2 id={titleId}>{titles[purpose?.kind ?? 'correction']}</h2>
          <span className="review__commands">
            {canAsk && begun === undefined && (
              <Button small variant="quiet" icon="opinions" onClick={() => setAsking(true)}>
                {t('Second opinion…')}
              </Button>
            )}
            {isReviewed && mayReview && !mine && (
              <Button
                small
                variant="quiet"
                icon={begun ? 'close' : 'edit'}
                onClick={begun ? close : () => begin({ kind: 'correction' })}
              >
                {begun ? t('Keep as it is') : t('Correct')}
              </Button>
            )}
          </span>
        </header>
        {mine && <OpinionAsked opinion={mine} />}
        <ReviewHistory
          reviews={reviews}
          classes={classes}
          consensusIds={opinions.map(({ consensusReviewId }) => consensusReviewId)}
        />
        <OpinionNotes
          opinions={opinions.filter((each) => each !== mine)}
          reviews={reviews}
          classes={classes}
          userId={me?.id}
          onSettle={
            mayReview && begun === undefined
              ? ({ id }) => begin({ kind: 'consensus', opinionId: id })
              : undefined
          }
        />
      </div>
      {!mayReview && !isReviewed && <p className="faint">{t('Not reviewed yet.')}</p>}
      {mayReview && purpose && (
        <ReviewForm
          key={purpose.kind}
          imageId={imageId}
          reading={reading}
          classes={classes}
          purpose={purpose}
          awaited={awaited}
          drafting={drafting}
          isReadingHeldBack={props.isReadingHeldBack}
          nextImageId={nextImageId}
          onSaved={close}
        />
      )}
      {isAsking && newest && (
        <AskDialog
          imageId={imageId}
          firstReaderId={newest.reviewerId}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

/** What the form is open for; none where nothing is to be said. */
function purposeOf(
  mine: SecondOpinion | undefined,
  isReviewed: boolean,
  begun: Purpose | undefined,
): Purpose | undefined {
  if (mine) return { kind: 'opinion', opinionId: mine.id };
  return isReviewed ? begun : { kind: 'review' };
}

/** A draft of a reviewed image is that of a consensus where one is to be recorded, else a correction. */
function begunBefore({ reviews, opinions, drafting }: ReviewPanelProps): Purpose | undefined {
  if (reviews.length === 0 || isEmptyDraft(drafting.draft)) return undefined;
  const unsettled = opinions.find(isUnsettled);
  return unsettled ? { kind: 'consensus', opinionId: unsettled.id } : { kind: 'correction' };
}

const isAskedOf = (opinions: readonly SecondOpinion[], userId: string): boolean =>
  opinions.some((each) => isOpinionAwaited(each) && each.askedOfId === userId);

/** The shipped network's, and those that this clinic's own head adds. */
function useClasses(reading: Reading | undefined) {
  const about = useStationQuery('about', {});
  const shipped = about.data?.network.classes ?? [];
  const codes = new Set(shipped.map(({ code }) => code));
  const own = reading?.probabilities.filter(({ code }) => !codes.has(code)) ?? [];
  return [...shipped, ...own.toSorted((a, b) => (a.code < b.code ? -1 : 1))];
}

import type { Review } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { formatDateTime } from '../wording/dates.ts';
import { decisionText } from '../wording/decisions.ts';
import { overrideReasonNames } from '../wording/overrides.ts';
import { impressionName } from '../wording/readings.ts';

interface ReviewHistoryProps {
  reviews: readonly Review[];
  classes: readonly { code: string; name: string }[];
  /** Of reviews that were recorded as a consensus. */
  consensusIds: readonly (string | null)[];
}

/** Nothing is ever overwritten: the newest counts, the others stay. */
export function ReviewHistory({ reviews, classes, consensusIds }: ReviewHistoryProps) {
  if (reviews.length === 0) return null;
  return (
    <ol className="history" aria-label={t('Reviews, newest first')}>
      {reviews.map((review, index) => (
        <li key={review.id} className={index === 0 ? 'history__newest' : undefined}>
          <p>
            <strong>{impressionName(review.impression, classes)}</strong>
            {' – '}
            {decisionText(review)}
          </p>
          {review.firstImpression !== null && (
            <p className="faint">
              {review.firstImpression === review.impression
                ? t('Said before the reading was shown, and kept.')
                : t('Before the reading was shown: {impression}.', {
                    impression: impressionName(review.firstImpression, classes),
                  })}
            </p>
          )}
          {review.overrideReason !== null && (
            <p className="faint">
              {t('Reason: {overrideReason}', {
                overrideReason: overrideReasonNames[review.overrideReason],
              })}
            </p>
          )}
          {review.note && <p className="history__note">{review.note}</p>}
          <p className="faint">
            {review.reviewerName}, {formatDateTime(review.createdAt)}
            {consensusIds.includes(review.id) && ` (${t('consensus')})`}
            {index > 0 && ` (${t('replaced')})`}
          </p>
        </li>
      ))}
    </ol>
  );
}

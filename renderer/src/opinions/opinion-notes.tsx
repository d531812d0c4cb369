import {
  isOpinionAwaited,
  isUnsettled,
  type Review,
  type SecondOpinion,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { decisionText } from '../wording/decisions.ts';
import { decisionNames, impressionName } from '../wording/readings.ts';
import { opinionState } from './words.ts';
import './opinions.css';

interface OpinionNotesProps {
  opinions: readonly SecondOpinion[];
  reviews: readonly Review[];
  classes: readonly { code: string; name: string }[];
  /** Who looks at them. */
  userId: string | undefined;
  /** Absent where this user settles nothing, or is at it. */
  onSettle?: ((opinion: SecondOpinion) => void) | undefined;
}

/** What colleagues were asked about the image and said: each beside what they were asked about. */
export function OpinionNotes({ opinions, ...props }: OpinionNotesProps) {
  if (opinions.length === 0) return null;
  return (
    <ol className="opinion-notes" aria-label={t('Second opinions')}>
      {opinions.map((opinion) => (
        <OpinionNote key={opinion.id} opinion={opinion} {...props} />
      ))}
    </ol>
  );
}

type NoteProps = Omit<OpinionNotesProps, 'opinions'> & { opinion: SecondOpinion };

function OpinionNote({ opinion, reviews, classes, userId, onSettle }: NoteProps) {
  const { answer, askedByName, askedOfName, askedAt, isBlind, question, withdrawn } = opinion;
  const first = reviews.find(({ id }) => id === opinion.firstReviewId);
  const consensus = reviews.find(({ id }) => id === opinion.consensusReviewId);
  const state = opinionState(opinion);
  return (
    <li className="opinion-note" data-state={state.kind}>
      <p className="opinion-note__head">
        <span>{t('Second opinion of {askedOfName}', { askedOfName })}</span>
        <span className={state.kind === 'differs' ? 'tag tag--caution' : 'tag'}>{state.text}</span>
      </p>
      {answer && (
        <>
          <p>
            <strong>{impressionName(answer.impression, classes)}</strong>
            {' – '}
            {decisionText(answer)}
          </p>
          {answer.note && <p className="opinion-note__text">{answer.note}</p>}
        </>
      )}
      {answer?.differs && first && (
        <p className="faint">
          {t('{reviewerName} had said: {impression} – {decision}.', {
            reviewerName: first.reviewerName,
            impression: impressionName(first.impression, classes),
            decision: decisionNames[first.decision],
          })}
        </p>
      )}
      {question && (
        <p className="opinion-note__text faint">{t('Asked: {question}', { question })}</p>
      )}
      <p className="faint">
        {t(
          'Asked by {askedByName}, {askedAt}{answered, select, blind {; answered {answeredAt}, without seeing the review} sighted {; answered {answeredAt}, having seen the review} other {}}{isWithdrawn, select, yes {; withdrawn by {withdrawnByName}, {withdrawnAt}} other {}}',
          {
            askedByName,
            askedAt: formatDateTime(askedAt),
            answered: answer ? (isBlind ? 'blind' : 'sighted') : 'no',
            answeredAt: answer ? formatDateTime(answer.at) : '',
            isWithdrawn: withdrawn ? 'yes' : 'no',
            withdrawnByName: withdrawn?.byName ?? '',
            withdrawnAt: withdrawn ? formatDateTime(withdrawn.at) : '',
          },
        )}
      </p>
      {consensus && (
        <p className="faint">
          {t('Consensus recorded by {reviewerName}, {dateTime}.', {
            reviewerName: consensus.reviewerName,
            dateTime: formatDateTime(consensus.createdAt),
          })}
        </p>
      )}
      {isUnsettled(opinion) && onSettle && (
        <Button small icon="check" onClick={() => onSettle(opinion)}>
          {t('Record a consensus')}
        </Button>
      )}
      {isOpinionAwaited(opinion) && opinion.askedById === userId && (
        <WithdrawButton opinionId={opinion.id}>{t('Withdraw')}</WithdrawButton>
      )}
    </li>
  );
}

/** Ends a request, also for who is asked and cannot say. */
export function WithdrawButton({ opinionId, children }: { opinionId: string; children: string }) {
  const station = useStation();
  const withdraw = () =>
    station.call('secondOpinions.withdraw', { opinionId }).then(() => {
      showToast(t('Nobody waits for this opinion any more.'));
    }, showErrorToast);
  return (
    <Button small variant="quiet" onClick={() => void withdraw()}>
      {children}
    </Button>
  );
}

import { Trans } from '@lingui/react';
import type { SecondOpinion } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { Notice } from '../ui/notices.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { WithdrawButton } from './opinion-notes.tsx';

/** To whom it is addressed: what is asked of them, and what they do not see. */
export function OpinionAsked({ opinion }: { opinion: SecondOpinion }) {
  const { askedByName, askedAt, question, isBlind } = opinion;
  return (
    <Notice>
      <p>
        <Trans
          id="<strong>{askedByName} asks for your second opinion</strong>, since {dateTime}."
          values={{ askedByName, dateTime: formatDateTime(askedAt) }}
          components={{ strong: <strong /> }}
        />
      </p>
      {question && <p className="opinion-note__text">“{question}”</p>}
      <p className="faint">
        {isBlind
          ? t('What others said of this image is shown once yours is saved.')
          : t('Yours stands beside the review and changes nothing by itself.')}
      </p>
      <WithdrawButton opinionId={opinion.id}>{t('Decline')}</WithdrawButton>
    </Notice>
  );
}

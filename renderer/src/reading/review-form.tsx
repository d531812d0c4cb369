import { type FormEvent, useEffect, useRef, useState } from 'react';
import { daysAfter } from '../../../src/clinic/entities/days.ts';
import {
  type Decision,
  decision as decisionSchema,
  type FollowUp,
  type Gravity,
  type OpinionRequest,
  overrideOf,
  overrideReason,
  type Reading,
  type User,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { DueField, dueError } from '../follow-ups/due-field.tsx';
import { AskFields, newRequest } from '../opinions/ask-fields.tsx';
import { useColleagues } from '../opinions/use-colleagues.ts';
import { modName, useShortcuts } from '../routing/shortcuts.ts';
import type { Subject } from '../templates/facts.ts';
import { TemplatedArea } from '../templates/templated-area.tsx';
import { Button } from '../ui/button.tsx';
import { type Choice, ChoiceGroup } from '../ui/choice.tsx';
import { SelectField } from '../ui/fields.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { GravityMark } from '../ui/probability.tsx';
import { formatDay, localToday } from '../wording/dates.ts';
import { awaitedText, dueQuestions } from '../wording/follow-ups.ts';
import { overrideQuestions, overrideReasonNames } from '../wording/overrides.ts';
import { decisionNames, inClinicalOrder, shortClassName } from '../wording/readings.ts';
import type { ReviewDrafting } from './use-review-draft.ts';
import { type Purpose, saveTexts, useSaveReview } from './use-save-review.ts';

interface ReviewFormProps {
  imageId: string;
  reading: Reading | undefined;
  classes: readonly { code: string; name: string; gravity: Gravity }[];
  purpose: Purpose;
  /** What the lesion waits for already. */
  awaited: readonly FollowUp[];
  drafting: ReviewDrafting;
  /** The reading is not shown before an impression is chosen. */
  isReadingHeldBack: boolean;
  nextImageId: string | undefined;
  onSaved: () => void;
}

/** Until when a result is usually there; when to see a lesion again is asked. */
const usualDays: Partial<Record<Decision, number>> = { biopsy: 14, excise: 28, refer: 28 };

const decisionKeys: Record<Decision, string> = {
  'no-action': 'n',
  monitor: 'm',
  biopsy: 'b',
  excise: 'e',
  refer: 'r',
};
const decisionChoices: readonly Choice<Decision>[] = decisionSchema.options.map((value) => ({
  value,
  label: decisionNames[value],
  shortcut: decisionKeys[value].toUpperCase(),
}));

/** What is seen, and what follows from it. */
export function ReviewForm(props: ReviewFormProps) {
  const { imageId, reading, classes, purpose, awaited, drafting } = props;
  const { impression, decision, dueOn, firstImpression, note } = drafting.draft;
  const { chooseImpression } = drafting;
  const override = overrideOf(drafting.draft, reading?.verdict.kind === 'suspicious');
  const chooseDecision = (value: Decision) => {
    if (value === decision) return;
    const days = usualDays[value];
    drafting.change({
      decision: value,
      dueOn: days === undefined ? null : daysAfter(localToday(), days),
    });
  };
  const isDue = decision !== null && decision !== 'no-action';
  const dueProblem = isDue ? dueError(dueOn) : undefined;
  const [isIncomplete, setIncomplete] = useState(false);
  const [isByKey, setByKey] = useState(false);
  const { colleagues } = useColleagues();
  const [request, setRequest] = useState<OpinionRequest>();
  const { save, isPending, error } = useSaveReview({
    ...{ imageId, readingId: reading?.id ?? null, purpose },
    ...{ nextImageId: props.nextImageId, onSaved: props.onSaved },
  });
  const about = { imageId, isReadingHeldBack: props.isReadingHeldBack };
  const isUnexplained = purpose.kind === 'consensus' && note.trim() === '';

  const impressions: Choice<string>[] = [
    ...inClinicalOrder(classes).map(({ code, name, gravity }) => ({
      value: code,
      label: shortClassName(name),
      mark: <GravityMark gravity={gravity} />,
    })),
    { value: 'other', label: t('Other') },
    { value: 'unsure', label: t('Unsure') },
  ].map((choice, index) => (index < 9 ? { ...choice, shortcut: `${index + 1}` } : choice));

  const submit = () => {
    if (isPending) return;
    const isMissing = dueProblem !== undefined || isUnexplained;
    setIncomplete(!impression || !decision || isMissing);
    if (!impression || !decision || isMissing) return;
    const details = {
      impression,
      decision,
      dueOn,
      firstImpression,
      overrideReason: override && drafting.draft.overrideReason,
      note,
    };
    drafting.keep(); // Should saving fail, nothing of it is lost.
    save(details, request);
  };

  const panel = useRef<HTMLDivElement>(null);
  const isOpened = purpose.kind === 'correction' || purpose.kind === 'consensus';
  useEffect(() => {
    if (isOpened) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [isOpened]);
  useShortcuts({
    'mod+enter': submit,
    ...Object.fromEntries(
      impressions.map(({ value, shortcut }) => [shortcut ?? value, () => chooseImpression(value)]),
    ),
    ...Object.fromEntries(
      decisionSchema.options.map((value) => [
        decisionKeys[value],
        () => {
          chooseDecision(value);
          setByKey(true);
        },
      ]),
    ),
  });

  const chosen = [
    impressions.find(({ value }) => value === impression)?.label,
    decision && decisionNames[decision],
    isDue && dueOn !== null && formatDay(dueOn),
  ];
  return (
    <form
      className="review-form"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit();
      }}
    >
      <div ref={panel} className="panel review__panel">
        <ChoiceGroup
          label={t('Impression')}
          className="chips chips--grid"
          choices={impressions}
          value={impression}
          error={isIncomplete && !impression ? t('Choose an impression first.') : undefined}
          onChoose={chooseImpression}
        />
        <ChoiceGroup
          label={t('Decision')}
          choices={decisionChoices}
          value={decision}
          error={isIncomplete && !decision ? t('Choose a decision first.') : undefined}
          onChoose={chooseDecision}
        />
        {isDue && (
          <DueField
            key={decision}
            takesFocus={isByKey && decision === 'monitor'}
            label={dueQuestions[decision]}
            value={dueOn}
            error={isIncomplete ? dueProblem : undefined}
            onValue={(day) => drafting.change({ dueOn: day })}
          />
        )}
        {override && (
          <SelectField
            label={overrideQuestions[override]}
            value={drafting.draft.overrideReason ?? ''}
            onValue={(value) =>
              drafting.change({ overrideReason: value ? overrideReason.parse(value) : null })
            }
          >
            <option value="">{t('No reason given')}</option>
            {overrideReason.options.map((value) => (
              <option key={value} value={value}>
                {overrideReasonNames[value]}
              </option>
            ))}
          </SelectField>
        )}
        {awaited.length > 0 && (
          <p className="faint">
            {t('The lesion: {followUps}.', { followUps: awaited.map(awaitedText).join('; ') })}
          </p>
        )}
        <TemplatedArea
          place={purpose.kind === 'opinion' ? 'opinion' : 'review'}
          about={about}
          label={purpose.kind === 'consensus' ? t('How you came to it') : t('Note')}
          value={note}
          onValue={(value) => drafting.change({ note: value })}
          maxLength={4000}
          rows={1}
          optional={purpose.kind !== 'consensus'}
          error={
            isIncomplete && isUnexplained
              ? t('Say it in a few words, for whoever reads it.')
              : undefined
          }
        />
        {purpose.kind === 'review' && colleagues.length > 0 && (
          <SecondOpinion {...{ colleagues, request, about }} onRequest={setRequest} />
        )}
        {drafting.isTakenUp && (
          <p className="review-form__taken-up faint">
            {t('You began this earlier.')}
            <Button small variant="quiet" onClick={drafting.clear}>
              {t('Begin anew')}
            </Button>
          </p>
        )}
      </div>
      <div className="panel review-form__save">
        <ErrorNotice error={error} />
        <Button type="submit" variant="primary" icon="check" busy={isPending}>
          {saveTexts[purpose.kind]}
          <KeyHint keys={[modName, 'Enter']} />
        </Button>
        <span className="review-form__chosen">{chosen.filter(Boolean).join(' – ')}</span>
      </div>
    </form>
  );
}

interface SecondOpinionProps {
  colleagues: readonly User[];
  request: OpinionRequest | undefined;
  about: Subject;
  onRequest: (request: OpinionRequest | undefined) => void;
}

/** Asked together with the review; most need none. */
function SecondOpinion({ colleagues, request, about, onRequest }: SecondOpinionProps) {
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={request !== undefined}
          onChange={(event) => onRequest(event.target.checked ? newRequest(colleagues) : undefined)}
        />
        {t('Ask for a second opinion')}
      </label>
      {request && <AskFields {...{ colleagues, request, about }} onChange={onRequest} />}
    </>
  );
}

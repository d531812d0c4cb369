import { useState } from 'react';
import {
  abcd,
  type Checklist,
  type ChecklistKind,
  type Mark,
  scoreOf,
} from '../../../src/clinic/entities/index.ts';
import { locale, t } from '../../../src/language/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { FieldError } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import {
  checklistNames,
  checklistOf,
  criteriaOf,
  foundText,
  scoreText,
} from '../wording/checklists.ts';
import { formatDateTime } from '../wording/dates.ts';
import { andText } from '../wording/lists.ts';
import { AbcdFields } from './abcd-fields.tsx';
import { type ChecklistForm, detailsOf, type FoundMarks } from './form.ts';
import './checklists.css';

interface ChecklistPanelProps {
  imageId: string;
  /** Newest first. */
  saved: readonly Checklist[];
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  form: ChecklistForm;
  /** It holds what was ticked on an earlier occasion. */
  isBegun: boolean;
  onForm: (form: ChecklistForm) => void;
  onSaved: () => void;
  onFound: (code: string, marks: readonly Mark[] | undefined) => void;
  marking: string | undefined;
  onMarking: (code: string | undefined) => void;
}

const kinds: readonly ChecklistKind[] = ['seven-point', 'abcd', 'menzies'];

/** The reader's own counting, beside the picture; the program ticks nothing. */
export function ChecklistPanel(props: ChecklistPanelProps) {
  const { imageId, saved, isOpen, onOpen, form, onForm } = props;
  const may = useMay();
  const save = useStationCommand('checklists.save');
  const [isAsked, setAsked] = useState(false);
  const details = detailsOf(form);
  const submit = () => {
    setAsked(true);
    if (!details || save.isPending) return;
    save.mutate(
      { imageId, details },
      {
        onSuccess: () => {
          showToast(t('{kind} saved.', { kind: checklistNames[form.kind] }));
          setAsked(false);
          props.onSaved();
        },
      },
    );
  };
  return (
    <details
      className="panel checklists"
      open={isOpen}
      onToggle={({ currentTarget }) => onOpen(currentTarget.open)}
    >
      <summary>
        {t(
          'Checklists{saved, plural, =0 {} other { (#)}}{isBegun, select, yes {: one is begun} other {}}',
          { saved: saved.length, isBegun: props.isBegun ? 'yes' : 'no' },
        )}
      </summary>
      {isOpen && (
        <div className="checklists__body">
          {may('checklists.save') && (
            <>
              <ErrorNotice error={save.error} />
              <ChoiceGroup
                label={t('Which checklist')}
                hideLabel
                className="segments"
                choices={kinds.map((value) => ({ value, label: checklistNames[value] }))}
                value={form.kind}
                onChoose={(kind) => {
                  setAsked(false);
                  onForm({ ...form, kind, found: new Map() });
                }}
              />
              {form.kind === 'abcd' ? (
                <AbcdFields form={form.abcd} onForm={(next) => onForm({ ...form, abcd: next })} />
              ) : (
                <Criteria {...props} kind={form.kind} found={form.found} />
              )}
              <p className="checklists__score" data-says={details && scoreOf(details).says}>
                {details ? scoreText(details) : t('Choose all four to have the score.')}
              </p>
              <FieldError
                text={isAsked && !details ? t('Something of the four is missing.') : undefined}
              />
              <p className="faint">
                {form.kind === 'abcd' &&
                  `${t('1.3 × A + 0.1 × B + 0.5 × C + 0.5 × D; {limits} are the limits.', {
                    limits: andText(abcd.limits.map((limit) => limit.toLocaleString(locale()))),
                  })} `}
                {t('{source}. You tick what you see: the program proposes none of it.', {
                  source: checklistOf[form.kind].source,
                })}
              </p>
              <Button icon="check" busy={save.isPending} onClick={submit}>
                {t('Save checklist')}
              </Button>
            </>
          )}
          <Saved saved={saved} />
        </div>
      )}
    </details>
  );
}

interface CriteriaProps extends ChecklistPanelProps {
  kind: 'seven-point' | 'menzies';
  found: FoundMarks;
}

function Criteria({ kind, found, onFound, marking, onMarking }: CriteriaProps) {
  return (
    <ol className="criteria">
      {criteriaOf(kind).map(({ code, name, points }, index) => {
        const marks = found.get(code);
        return (
          <li key={code} className="criteria__item">
            <label className="check">
              <input
                type="checkbox"
                checked={marks !== undefined}
                onChange={({ target }) => onFound(code, target.checked ? [] : undefined)}
              />
              <span>
                <span className="criteria__number">{index + 1}</span> {name}
                <span className="faint">
                  {' '}
                  {kind === 'seven-point' ? `+${points}` : points === 0 && t('negative')}
                </span>
              </span>
            </label>
            {marks && (
              <span className="criteria__marks">
                <Button
                  small
                  variant="quiet"
                  aria-pressed={marking === code}
                  onClick={() => onMarking(marking === code ? undefined : code)}
                >
                  {marking === code ? t('Point at it') : t('Mark it')}
                </Button>
                {marks.length > 0 && (
                  <Button small variant="quiet" onClick={() => onFound(code, [])}>
                    {t('Unmark {marks}', { marks: marks.length })}
                  </Button>
                )}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Saved({ saved }: { saved: readonly Checklist[] }) {
  if (saved.length === 0) return null;
  return (
    <ol className="history" aria-label={t('Saved checklists, newest first')}>
      {saved.map(({ id, details, readerName, createdAt }) => (
        <li key={id}>
          <p>
            <strong>{checklistNames[details.kind]}</strong> – {scoreText(details)}
          </p>
          <p className="soft">{foundText(details)}</p>
          <p className="faint">
            {readerName}, {formatDateTime(createdAt)}
          </p>
        </li>
      ))}
    </ol>
  );
}

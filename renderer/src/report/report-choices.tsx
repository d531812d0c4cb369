import type { ReactNode } from 'react';
import { t } from '../../../src/language/index.ts';
import { ChoiceGroup } from '../ui/choice.tsx';
import { type Annexed, annexes } from './annexes.ts';

interface ReportChoicesProps {
  /** What stands before the list, and what the list is called. */
  text: string;
  label: string;
  visit: string;
  onVisit: (visit: string) => void;
  annex: Annexed;
  onAnnex: (annex: Annexed) => void;
  /** The visits, as options. */
  children: ReactNode;
}

/** What a report is of, and whether the readings are in it. */
export function ReportChoices(props: ReportChoicesProps) {
  const { text, label, visit, onVisit, annex, onAnnex, children } = props;
  return (
    <div className="report-choices">
      <label className="report-choices__visit">
        <span className="field__label">{text}</span>
        <select
          className="input"
          aria-label={label}
          value={visit}
          onChange={({ target }) => onVisit(target.value)}
        >
          {children}
        </select>
      </label>
      <ChoiceGroup
        label={t('Annex')}
        hideLabel
        className="segments"
        choices={annexes}
        value={annex}
        onChoose={onAnnex}
      />
      <p className="faint">
        {t('A printed report or a PDF is no longer encrypted: whoever holds it can read it.')}
      </p>
    </div>
  );
}

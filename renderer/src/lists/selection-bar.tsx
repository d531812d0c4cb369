import type { ReactNode } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { type Counted, countText } from '../wording/counts.ts';
import type { Selection } from './selection.ts';
import './lists.css';

interface SelectionBarProps {
  selection: Selection;
  /** What the rows are. */
  noun: Counted;
  children: ReactNode;
}

/** What can be done with the rows that are selected; at the foot of the window, over the list. */
export function SelectionBar({ selection, noun, children }: SelectionBarProps) {
  return (
    <div className="selection-bar" role="toolbar" aria-label={t('Selected rows')}>
      <span className="selection-bar__text" role="status">
        {t('{chosen} selected', { chosen: countText(selection.keys.length, noun) })}
      </span>
      {children}
      <Button variant="quiet" onClick={selection.all}>
        {t('Select all shown')}
      </Button>
      <Button variant="quiet" onClick={selection.clear}>
        {t('Clear')}
      </Button>
    </div>
  );
}

/** Beside a row: selects it, with Shift all from the last one selected on. */
export function RowCheckbox(props: {
  label: string;
  isChecked: boolean;
  onToggle: (isRange: boolean) => void;
}) {
  return (
    <label className="row-check">
      <input
        type="checkbox"
        aria-label={props.label}
        checked={props.isChecked}
        onChange={(event) => props.onToggle((event.nativeEvent as MouseEvent).shiftKey)}
      />
    </label>
  );
}

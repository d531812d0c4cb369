import { useEffect, useRef } from 'react';
import { daysAfter, monthsAfter } from '../../../src/clinic/entities/days.ts';
import { t } from '../../../src/language/index.ts';
import { ChoiceGroup } from '../ui/choice.tsx';
import { TextField } from '../ui/fields.tsx';
import { countText } from '../wording/counts.ts';
import { formatDay, localToday } from '../wording/dates.ts';
import './follow-ups.css';

const spans = [
  { value: '3', label: countText(3, 'month') },
  { value: '6', label: countText(6, 'month') },
  { value: '12', label: countText(12, 'month') },
] as const;

interface DueFieldProps {
  label: string;
  value: string | null;
  error?: string | undefined;
  onValue: (day: string | null) => void;
  /** Whether the keyboard came here: the first span then has the focus. */
  takesFocus?: boolean;
}

/** By when: a usual span from today, or a day. */
export function DueField({ label, value, error, onValue, takesFocus }: DueFieldProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) frame.current?.querySelector('input')?.focus();
  }, [takesFocus]);
  const today = localToday();
  const chosen = spans.find((span) => monthsAfter(today, Number(span.value)) === value);
  return (
    <div className="due" ref={frame}>
      <ChoiceGroup
        label={label}
        choices={spans}
        value={chosen?.value ?? null}
        onChoose={(months) => onValue(monthsAfter(today, Number(months)))}
      />
      <TextField
        label={t('Day')}
        type="date"
        min={daysAfter(today, 1)}
        value={value ?? ''}
        hint={chosen && value && formatDay(value)}
        error={error}
        onValue={(day) => onValue(day === '' ? null : day)}
      />
    </div>
  );
}

/** What is wrong with a day that must be in the future. */
export function dueError(day: string | null): string | undefined {
  if (day === null) return t('Choose a day.');
  return day > localToday() ? undefined : t('Choose a day that is still to come.');
}

import { type ReactNode, useId } from 'react';
import { FieldError } from './fields.tsx';
import { KeyHint } from './key-hint.tsx';
import './choice.css';

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly mark?: ReactNode;
  /** The key that chooses it, shown beside it. */
  readonly shortcut?: string;
}

interface ChoiceProps<T extends string> {
  label: string;
  hideLabel?: boolean;
  className?: string;
  choices: readonly Choice<T>[];
  value: T | null;
  error?: string | undefined;
  onChoose: (value: T) => void;
}

/** One of several, as native radio buttons that look like chips or a segmented control. */
export function ChoiceGroup<T extends string>(props: ChoiceProps<T>) {
  const id = useId();
  return (
    <div role="radiogroup" aria-labelledby={id} className="choice-group">
      <div id={id} className={props.hideLabel ? 'visually-hidden' : 'field__label'}>
        {props.label}
      </div>
      <div className={props.className ?? 'chips'}>
        {props.choices.map((choice) => (
          <label
            key={choice.value}
            className={choice.label.length > 26 ? 'chip chip--long' : 'chip'}
          >
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={props.value === choice.value}
              onChange={() => props.onChoose(choice.value)}
            />
            {choice.mark}
            <span>{choice.label}</span>
            {choice.shortcut && <KeyHint keys={[choice.shortcut]} />}
          </label>
        ))}
      </div>
      <FieldError text={props.error} />
    </div>
  );
}

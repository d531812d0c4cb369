import { type ComponentProps, type ReactNode, useId } from 'react';
import { t } from '../../../src/language/index.ts';
import { Icon } from './icons.tsx';
import './controls.css';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
}

/** Ids that tie a control to its label, hint and error. */
function useFieldIds({ hint, error }: Pick<FieldProps, 'hint' | 'error'>) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return {
    id,
    control: {
      id,
      'aria-describedby': describedBy || undefined,
      'aria-invalid': error ? true : undefined,
    },
  };
}

type FrameProps = FieldProps & {
  id: string;
  children: ReactNode;
  wide?: boolean;
  tools?: ReactNode;
};

function FieldFrame(props: FrameProps) {
  return (
    <div className={`field ${props.wide ? 'form-grid__wide' : ''}`}>
      <div className="field__head">
        <label className="field__label" htmlFor={props.id}>
          {props.label}
        </label>
        {props.optional && <span className="field__optional"> {t('– optional')}</span>}
      </div>
      {props.children}
      {props.tools && <div className="field__tools">{props.tools}</div>}
      {props.hint && (
        <div className="field__hint" id={`${props.id}-hint`}>
          {props.hint}
        </div>
      )}
      <FieldError id={`${props.id}-error`} text={props.error} />
    </div>
  );
}

export function FieldError({ id, text }: { id?: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <div className="field__error" id={id} role="alert">
      <Icon name="error" size={16} />
      {text}
    </div>
  );
}

type InputProps = Omit<ComponentProps<'input'>, 'onChange'> &
  FieldProps & { onValue: (value: string) => void; action?: ReactNode; wide?: boolean };

export function TextField(props: InputProps) {
  const { label, hint, error, optional, onValue, action, wide, ...input } = props;
  const { id, control } = useFieldIds({ hint, error });
  return (
    <FieldFrame {...{ id, label, hint, error }} optional={!!optional} wide={!!wide}>
      <div className={action ? 'input-with-action' : undefined}>
        <input
          autoComplete="off"
          {...input}
          {...control}
          className="input"
          onChange={(event) => onValue(event.target.value)}
        />
        {action}
      </div>
    </FieldFrame>
  );
}

type AreaProps = Omit<ComponentProps<'textarea'>, 'onChange'> &
  FieldProps & {
    onValue: (value: string) => void;
    wide?: boolean;
    /** What helps to fill it, at the end of its label's line; behind the field for who goes by Tab. */
    tools?: ReactNode;
  };

export function TextArea(props: AreaProps) {
  const { label, hint, error, optional, onValue, wide, tools, ...area } = props;
  const { id, control } = useFieldIds({ hint, error });
  return (
    <FieldFrame {...{ id, label, hint, error, tools }} optional={!!optional} wide={!!wide}>
      <textarea
        {...area}
        {...control}
        className="input"
        onChange={(event) => onValue(event.target.value)}
      />
    </FieldFrame>
  );
}

type SelectProps = Omit<ComponentProps<'select'>, 'onChange'> &
  FieldProps & { onValue: (value: string) => void };

export function SelectField({ label, hint, error, optional, onValue, ...select }: SelectProps) {
  const { id, control } = useFieldIds({ hint, error });
  return (
    <FieldFrame {...{ id, label, hint, error }} optional={!!optional}>
      <select
        {...select}
        {...control}
        className="input"
        onChange={(event) => onValue(event.target.value)}
      />
    </FieldFrame>
  );
}

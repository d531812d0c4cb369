import { useState } from 'react';
import { passphraseMinLength } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { errorCode, errorText } from '../station/errors.ts';
import { PassphraseField, PassphraseStrengthMeter } from './passphrase.tsx';

/** A passphrase being chosen: typed twice, with advice on its strength. */
export interface NewPassphrase {
  readonly value: string;
  /** Says at the fields what is wrong; whether the passphrase can be used. */
  check(): boolean;
  /** Says at the field why the station refused it, if that is why it refused. */
  refuse(error: unknown): void;
  clear(): void;
  readonly fields: FieldsState;
}

interface FieldsState {
  readonly value: string;
  readonly repeated: string;
  readonly errors: Errors;
  setValue(value: string): void;
  setRepeated(value: string): void;
}

type Errors = Partial<Record<'value' | 'repeated', string>>;

export function useNewPassphrase(): NewPassphrase {
  const [value, setValue] = useState('');
  const [repeated, setRepeated] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const check = () => {
    const found: Errors = {};
    if (!value) found.value = t('Choose a passphrase.');
    else if (Array.from(value).length < passphraseMinLength)
      found.value = t('Too short: use at least {passphraseMinLength} characters.', {
        passphraseMinLength,
      });
    else if (repeated !== value) found.repeated = t('The two passphrases differ.');
    setErrors(found);
    return Object.keys(found).length === 0;
  };
  const refuse = (error: unknown) => {
    if (errorCode(error) === 'weak-passphrase') setErrors({ value: errorText(error) });
  };
  // What was said of a passphrase ends with the next letter of it.
  const change = (set: (text: string) => void) => (text: string) => {
    set(text);
    setErrors({});
  };
  const fields: FieldsState = {
    value,
    repeated,
    errors,
    setValue: change(setValue),
    setRepeated: change(setRepeated),
  };
  const clear = () => {
    setValue('');
    setRepeated('');
    setErrors({});
  };
  return { value, check, refuse, clear, fields };
}

interface NewPassphraseFieldsProps {
  passphrase: NewPassphrase;
  /** Of those whom it is for. */
  names: readonly string[];
  label?: string;
}

export function NewPassphraseFields({
  passphrase: { fields },
  names,
  label = t('Passphrase'),
}: NewPassphraseFieldsProps) {
  return (
    <>
      <div className="new-passphrase">
        <PassphraseField
          label={label}
          value={fields.value}
          onValue={fields.setValue}
          error={fields.errors.value}
          isNew
        />
        {!fields.errors.value && (
          <PassphraseStrengthMeter passphrase={fields.value} names={names} />
        )}
      </div>
      <PassphraseField
        label={t('Repeat passphrase')}
        value={fields.repeated}
        onValue={fields.setRepeated}
        error={fields.errors.repeated}
        isNew
      />
    </>
  );
}

import { useState } from 'react';
import { PassphraseField, PassphraseStrength } from './passphrase.tsx';

/** A passphrase being chosen: typed twice, with advice on its strength. */
export interface NewPassphrase {
  readonly value: string;
  /** Says at the fields what is wrong; whether the passphrase can be used. */
  check(): boolean;
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
    if (!value) found.value = 'Choose a passphrase.';
    else if (repeated !== value) found.repeated = 'The two passphrases differ.';
    setErrors(found);
    return Object.keys(found).length === 0;
  };
  return { value, check, fields: { value, repeated, errors, setValue, setRepeated } };
}

interface NewPassphraseFieldsProps {
  passphrase: NewPassphrase;
  label?: string;
}

export function NewPassphraseFields({
  passphrase: { fields },
  label = 'Passphrase',
}: NewPassphraseFieldsProps) {
  return (
    <>
      <PassphraseField
        label={label}
        value={fields.value}
        onValue={fields.setValue}
        error={fields.errors.value}
        isNew
      />
      <PassphraseStrength passphrase={fields.value} />
      <PassphraseField
        label="Repeat passphrase"
        value={fields.repeated}
        onValue={fields.setRepeated}
        error={fields.errors.repeated}
        isNew
      />
    </>
  );
}

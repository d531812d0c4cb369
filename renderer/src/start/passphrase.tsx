import { type KeyboardEvent, useEffect, useState } from 'react';
import {
  type PassphraseStrength,
  passphraseMinLength,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useStation } from '../station/use-station.tsx';
import { TextField } from '../ui/fields.tsx';

/** Of the typing, before the station is asked. */
const pauseMs = 250;

interface PassphraseFieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  error?: string | undefined;
  isNew?: boolean;
  autoFocus?: boolean;
}

/** A passphrase that can be shown, with a hint while Caps Lock is on. */
export function PassphraseField({ isNew, ...props }: PassphraseFieldProps) {
  const [isShown, setShown] = useState(false);
  const [hasCapsLock, setCapsLock] = useState(false);
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'));
  return (
    <TextField
      {...props}
      type={isShown ? 'text' : 'password'}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      spellCheck={false}
      onKeyDown={watchCapsLock}
      onKeyUp={watchCapsLock}
      hint={hasCapsLock ? t('Caps Lock is on.') : undefined}
      action={
        <button
          type="button"
          className="link-button"
          aria-label={isShown ? t('Hide what I type') : t('Show what I type')}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? t('Hide') : t('Show')}
        </button>
      }
    />
  );
}

interface PassphraseStrengthProps {
  passphrase: string;
  /** Of those whom it is for: what others would try first. */
  names: readonly string[];
}

export function PassphraseStrengthMeter({ passphrase, names }: PassphraseStrengthProps) {
  const { level, advice } = useStrength(passphrase, names);
  return (
    <div className="strength">
      <div className="strength__meter" data-level={level} aria-hidden="true">
        <span />
        <span />
        <span />
        <span />
      </div>
      <p className="faint" aria-live="polite">
        {advice}
      </p>
    </div>
  );
}

const nothingTyped: PassphraseStrength = {
  level: 0,
  advice: t(
    'Use at least {passphraseMinLength} characters. Four or more unrelated words are strong and easy to remember.',
    { passphraseMinLength },
  ),
};

/** As the station will judge it; asked once the typing pauses, and kept nowhere. */
function useStrength(passphrase: string, names: readonly string[]): PassphraseStrength {
  const station = useStation();
  const [strength, setStrength] = useState(nothingTyped);
  const list = JSON.stringify(names.filter((name) => name !== ''));
  useEffect(() => {
    if (passphrase === '') return setStrength(nothingTyped);
    const asked = new AbortController();
    const timer = setTimeout(() => {
      const input = { passphrase, names: JSON.parse(list) as string[] };
      station
        .call('session.passphraseStrength', input, { signal: asked.signal })
        .then(setStrength, () => {});
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      asked.abort();
    };
  }, [station, passphrase, list]);
  return strength;
}

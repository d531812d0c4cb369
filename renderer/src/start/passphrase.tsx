import { type KeyboardEvent, useState } from 'react';
import { TextField } from '../ui/fields.tsx';
import { levelAdvice, passphraseLevel } from './passphrase-level.ts';

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
      hint={hasCapsLock ? 'Caps Lock is on.' : undefined}
      action={
        <button
          type="button"
          className="link-button"
          aria-label={isShown ? 'Hide what I type' : 'Show what I type'}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? 'Hide' : 'Show'}
        </button>
      }
    />
  );
}

export function PassphraseStrength({ passphrase }: { passphrase: string }) {
  const level = passphraseLevel(passphrase);
  return (
    <div className="strength">
      <div className="strength__meter" data-level={level} aria-hidden="true">
        <span />
        <span />
        <span />
        <span />
      </div>
      <p className="faint" aria-live="polite">
        {levelAdvice[level]}
      </p>
    </div>
  );
}

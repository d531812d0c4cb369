import { type KeyboardEvent, useState } from 'react';
import { TextField } from '../ui/fields.tsx';

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

const levels = [
  'Use at least 12 characters. Four or more unrelated words are strong and easy to remember.',
  'Easy to guess. Make it longer: four or more unrelated words work well.',
  'Fair. One more word would make it strong.',
  'Strong.',
  'Very strong.',
] as const;

/** How long someone would need to guess it, roughly: length first, variety second. */
export function passphraseLevel(passphrase: string): 0 | 1 | 2 | 3 | 4 {
  if (passphrase === '') return 0;
  const variety = new Set(passphrase.toLowerCase()).size;
  if (passphrase.length < 12 || variety < 6) return 1;
  const words = passphrase.trim().split(/[\s\-_.]+/).length;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d\s]/].filter((kind) => kind.test(passphrase));
  const score = passphrase.length + 2 * words + 2 * kinds.length;
  if (score < 22) return 2;
  return score < 34 ? 3 : 4;
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
        {levels[level]}
      </p>
    </div>
  );
}

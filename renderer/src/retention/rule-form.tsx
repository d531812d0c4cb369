import { type FormEvent, useState } from 'react';
import { type RetentionRule, retentionRule } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/fields.tsx';

interface RuleFormProps {
  kept: RetentionRule;
  busy: boolean;
  onSet: (rule: RetentionRule) => void;
}

/** Years after the last visit, and an age for minors; an empty field is no rule. */
export function RuleForm({ kept, busy, onSet }: RuleFormProps) {
  const [years, setYears] = useState(kept.years?.toString() ?? '');
  const [minorAge, setMinorAge] = useState(kept.minorAge?.toString() ?? '');
  const [isAsked, setAsked] = useState(false);
  const given = { years: numberOf(years), minorAge: numberOf(minorAge) };
  const { shape } = retentionRule;
  const isYears = shape.years.safeParse(given.years).success;
  const isAge = shape.minorAge.safeParse(given.minorAge).success;
  const isChanged = given.years !== kept.years || given.minorAge !== kept.minorAge;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (isYears && isAge && !busy) onSet(given);
  };
  return (
    <form className="retention__rule" noValidate onSubmit={submit}>
      <TextField
        label={t('Years after the last visit')}
        inputMode="numeric"
        value={years}
        onValue={setYears}
        hint={t('What the law and your contracts ask for. Empty: no rule.')}
        error={isAsked && !isYears ? t('Enter whole years from 1 to 100, or nothing.') : undefined}
      />
      <TextField
        label={t('Minors until the age of')}
        inputMode="numeric"
        optional
        value={minorAge}
        onValue={setMinorAge}
        hint={t('Whoever was under 18 at the last visit.')}
        error={isAsked && !isAge ? t('Enter an age from 18 to 100, or nothing.') : undefined}
      />
      <Button type="submit" variant="primary" busy={busy} disabled={!isChanged}>
        {t('Set the rule')}
      </Button>
    </form>
  );
}

/** Null for nothing; what is no number stays none. */
function numberOf(typed: string): number | null {
  return typed.trim() === '' ? null : Number(typed);
}

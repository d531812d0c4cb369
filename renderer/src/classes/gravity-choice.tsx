import { type Gravity, gravity as gravities } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { ChoiceGroup } from '../ui/choice.tsx';
import { gravityNames } from '../wording/readings.ts';

interface GravityChoiceProps {
  value: Gravity | null;
  onChoose: (gravity: Gravity) => void;
  /** Whether the form was sent without one. */
  isMissing: boolean;
}

/** How serious a class is, which the verdict depends on. */
export function GravityChoice({ value, onChoose, isMissing }: GravityChoiceProps) {
  return (
    <ChoiceGroup
      label={t('How serious it is')}
      choices={gravities.options.map((option) => ({ value: option, label: gravityNames[option] }))}
      value={value}
      onChoose={onChoose}
      error={isMissing ? t('Choose one: the verdict depends on it.') : undefined}
    />
  );
}

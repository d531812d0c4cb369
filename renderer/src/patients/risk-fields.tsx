import { naevusCount, type RiskFactors } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { SelectField } from '../ui/fields.tsx';
import { naevusCountNames, riskFactorNames } from '../wording/risk.ts';

type Question = Exclude<keyof RiskFactors, 'naevusCount'>;
const questions: readonly Question[] = [
  'hadMelanoma',
  'hadKeratinocyteCancer',
  'familyMelanoma',
  'atypicalNaevi',
  'immunosuppressed',
];

interface RiskFieldsProps {
  details: RiskFactors;
  set: (part: Partial<RiskFactors>) => void;
}

/** What raises the patient's risk; what nobody asked stays open. */
export function RiskFields({ details, set }: RiskFieldsProps) {
  return (
    <fieldset className="form-grid form-grid--part">
      <legend>
        {t('Risk factors')} <span className="faint">{t('– optional')}</span>
      </legend>
      <SelectField
        label={riskFactorNames.naevusCount}
        value={details.naevusCount ?? ''}
        onValue={(value) => set({ naevusCount: value ? naevusCount.parse(value) : null })}
      >
        <option value="">{t('Not asked')}</option>
        {naevusCount.options.map((value) => (
          <option key={value} value={value}>
            {naevusCountNames[value]}
          </option>
        ))}
      </SelectField>
      {questions.map((question) => (
        <SelectField
          key={question}
          label={riskFactorNames[question]}
          value={details[question] ?? ''}
          onValue={(value) => set({ [question]: value === 'yes' || value === 'no' ? value : null })}
        >
          <option value="">{t('Not asked')}</option>
          <option value="yes">{t('Yes')}</option>
          <option value="no">{t('No')}</option>
        </SelectField>
      ))}
    </fieldset>
  );
}

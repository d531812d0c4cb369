import { decision, type Gravity, type LesionAnswer } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { ChoiceGroup } from '../ui/choice.tsx';
import { SelectField, TextArea } from '../ui/fields.tsx';
import { decisionNames, inClinicalOrder, shortClassName } from '../wording/readings.ts';

interface AnswerFieldsProps {
  label: string;
  begun: Partial<LesionAnswer>;
  classes: readonly { code: string; name: string; gravity: Gravity }[];
  isAsked: boolean;
  onAnswer: (part: Partial<LesionAnswer>) => void;
}

const decisions = decision.options.map((value) => ({ value, label: decisionNames[value] }));

/** What one thinks of a colleague's lesion, what one would do, and why. */
export function AnswerFields({ label, begun, classes, isAsked, onAnswer }: AnswerFieldsProps) {
  const isBegun = begun.impression || begun.decision || begun.text;
  const missing = (what: unknown, text: string) => (isAsked && isBegun && !what ? text : undefined);
  return (
    <fieldset className="case__answer">
      <legend>{t('Your opinion of {label}', { label })}</legend>
      <SelectField
        label={t('Impression')}
        value={begun.impression ?? ''}
        onValue={(impression) => onAnswer({ impression })}
        error={missing(begun.impression, t('Choose what you think it is.'))}
      >
        <option value="">{t('Not answered')}</option>
        {inClinicalOrder(classes).map(({ code, name }) => (
          <option key={code} value={code}>
            {shortClassName(name)}
          </option>
        ))}
        <option value="other">{t('Other')}</option>
        <option value="unsure">{t('Unsure')}</option>
      </SelectField>
      <ChoiceGroup
        label={t('What you would do')}
        choices={decisions}
        value={begun.decision ?? null}
        onChoose={(value) => onAnswer({ decision: value })}
        error={missing(begun.decision, t('Choose what you would do.'))}
      />
      <TextArea
        label={t('Why')}
        optional
        value={begun.text ?? ''}
        onValue={(text) => onAnswer({ text })}
        maxLength={4000}
        rows={2}
      />
    </fieldset>
  );
}

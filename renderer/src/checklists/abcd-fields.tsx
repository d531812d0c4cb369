import { abcd } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { SelectField } from '../ui/fields.tsx';
import { colourNames, structureNames } from '../wording/checklists.ts';
import type { AbcdForm } from './form.ts';

const numbers = (to: number): number[] => Array.from({ length: to + 1 }, (_, index) => index);

export function AbcdFields(props: { form: AbcdForm; onForm: (form: AbcdForm) => void }) {
  const { form, onForm } = props;
  return (
    <>
      <div className="abcd__numbers">
        <SelectField
          label={t('A: asymmetric axes')}
          value={form.asymmetry ?? ''}
          onValue={(value) => onForm({ ...form, asymmetry: Number(value) })}
        >
          <Options to={2} />
        </SelectField>
        <SelectField
          label={t('B: abrupt eighths')}
          value={form.border ?? ''}
          onValue={(value) => onForm({ ...form, border: Number(value) })}
        >
          <Options to={8} />
        </SelectField>
      </div>
      <Chips
        legend={t('C: colours')}
        all={abcd.colours}
        names={colourNames}
        chosen={form.colours}
        onChoose={(colours) => onForm({ ...form, colours })}
      />
      <Chips
        legend={t('D: structures')}
        all={abcd.structures}
        names={structureNames}
        chosen={form.structures}
        onChoose={(structures) => onForm({ ...form, structures })}
      />
    </>
  );
}

function Options({ to }: { to: number }) {
  return (
    <>
      <option value="" disabled>
        {t('Choose…')}
      </option>
      {numbers(to).map((value) => (
        <option key={value} value={value}>
          {value}
        </option>
      ))}
    </>
  );
}

interface ChipsProps<T extends string> {
  legend: string;
  all: readonly T[];
  names: Readonly<Record<T, string>>;
  chosen: readonly T[];
  onChoose: (chosen: T[]) => void;
}

function Chips<T extends string>({ legend, all, names, chosen, onChoose }: ChipsProps<T>) {
  return (
    <fieldset className="abcd__chips">
      <legend className="field__label">{legend}</legend>
      <div className="chips">
        {all.map((value) => (
          <label key={value} className="chip">
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={({ target }) =>
                onChoose(
                  target.checked ? [...chosen, value] : chosen.filter((other) => other !== value),
                )
              }
            />
            <span>{names[value]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

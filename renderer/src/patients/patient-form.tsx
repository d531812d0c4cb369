import { type FormEvent, useState } from 'react';
import {
  type Patient,
  type PatientDetails,
  riskFactors,
  sex,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { DraftNotices } from '../drafts/draft-notices.tsx';
import type { DraftedForm } from '../drafts/use-drafted-form.ts';
import { errorCode, errorText } from '../station/errors.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { localToday } from '../wording/dates.ts';
import {
  patientFieldNames,
  patientFieldText,
  phototypeNames,
  sexNames,
} from '../wording/patients.ts';
import { RiskFields } from './risk-fields.tsx';

interface PatientFormProps {
  form: DraftedForm<PatientDetails>;
  submitLabel: string;
  isBusy: boolean;
  error: unknown;
  onSubmit: (details: PatientDetails) => void;
  /** Throws away what was typed. */
  onCancel: () => void;
}

export const blankPatient: PatientDetails = {
  recordNumber: '',
  familyName: '',
  givenName: '',
  birthDate: null,
  sex: 'unknown',
  phototype: null,
  ...riskFactors.parse({}),
  note: '',
};

export function PatientForm(props: PatientFormProps) {
  const { form, submitLabel, isBusy, error, onSubmit, onCancel } = props;
  const { details, set } = form;
  const [errors, setErrors] = useState<{ familyName?: string; birthDate?: string }>({});
  const isTaken = errorCode(error) === 'duplicate-record-number';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found: typeof errors = {};
    if (!details.familyName.trim()) found.familyName = t('Enter the family name.');
    if (details.birthDate && details.birthDate > localToday())
      found.birthDate = t('The date of birth is in the future.');
    setErrors(found);
    if (Object.keys(found).length === 0 && !isBusy) onSubmit(details);
  };

  return (
    <form className="form" onSubmit={submit} noValidate>
      <DraftNotices
        form={form}
        subject="patient"
        fieldNames={patientFieldNames}
        valueText={patientFieldText}
      />
      <div className="form-grid">
        <TextField
          label={t('Family name')}
          value={details.familyName}
          onValue={(familyName) => set({ familyName })}
          error={errors.familyName}
          maxLength={200}
        />
        <TextField
          label={t('Given name')}
          value={details.givenName}
          onValue={(givenName) => set({ givenName })}
          maxLength={200}
          optional
        />
        <TextField
          label={t('Date of birth')}
          type="date"
          min="1890-01-01"
          max={localToday()}
          value={details.birthDate ?? ''}
          onValue={(value) => set({ birthDate: value || null })}
          error={errors.birthDate}
          optional
        />
        <TextField
          label={t('Record number')}
          value={details.recordNumber}
          onValue={(recordNumber) => set({ recordNumber })}
          error={isTaken ? errorText(error) : undefined}
          maxLength={60}
          optional
        />
        <SelectField
          label={t('Sex')}
          value={details.sex}
          onValue={(value) => set({ sex: sex.parse(value) })}
          optional
        >
          {sex.options.map((value) => (
            <option key={value} value={value}>
              {sexNames[value]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('Skin phototype')}
          value={details.phototype ?? ''}
          onValue={(value) => set({ phototype: value ? Number(value) : null })}
          optional
        >
          <option value="">{t('Not given')}</option>
          {phototypeNames.map((name, index) => (
            <option key={name} value={index + 1}>
              {name}
            </option>
          ))}
        </SelectField>
        <RiskFields details={details} set={set} />
        <TextArea
          label={t('Note')}
          value={details.note}
          onValue={(note) => set({ note })}
          maxLength={4000}
          optional
          wide
        />
      </div>
      {!isTaken && <ErrorNotice error={error} />}
      <div className="dialog__actions">
        <Button onClick={onCancel}>{form.isChanged ? t('Discard') : t('Cancel')}</Button>
        <Button type="submit" variant="primary" busy={isBusy}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

export function detailsOf(from: Patient): PatientDetails {
  const { recordNumber, familyName, givenName, birthDate, sex, phototype, note } = from;
  const risk = riskFactors.parse(from);
  return { recordNumber, familyName, givenName, birthDate, sex, phototype, ...risk, note };
}

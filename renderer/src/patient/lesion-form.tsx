import { type FormEvent, useState } from 'react';
import {
  bodySite,
  bodySites,
  type LesionDetails,
  laterality,
} from '../../../src/clinic/entities/index.ts';
import { inSentence, t } from '../../../src/language/index.ts';
import { type Place, withSide } from '../body-map/body-place.ts';
import { DraftNotices } from '../drafts/draft-notices.tsx';
import type { DraftedForm } from '../drafts/use-drafted-form.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import {
  lateralityNames,
  lesionFieldNames,
  lesionFieldText,
  siteNames,
} from '../wording/anatomy.ts';

interface LesionFormProps {
  form: DraftedForm<LesionDetails>;
  /** Where the marker was when the form was opened: it comes back with its site. */
  placed: Place;
  submitLabel: string;
  isBusy: boolean;
  error: unknown;
  onSubmit: (details: LesionDetails) => void;
  /** Throws away what was typed. */
  onCancel: () => void;
}

export function LesionForm(props: LesionFormProps) {
  const { form, placed, submitLabel, isBusy, error, onSubmit, onCancel } = props;
  const { details, set } = form;
  const [labelError, setLabelError] = useState<string>();
  /** The place on the map follows the side; on another site it would be wrong. */
  const setSite = (change: Partial<Pick<LesionDetails, 'bodySite' | 'laterality'>>) => {
    const { bodySite, laterality } = { ...details, ...change };
    const position = bodySite === placed.bodySite ? withSide(placed, laterality).position : null;
    set({ bodySite, laterality, position });
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isMissing = !details.label.trim();
    setLabelError(isMissing ? t('Give the lesion a label, for example “A”.') : undefined);
    if (!isMissing && !isBusy) onSubmit(details);
  };

  return (
    <form className="form" onSubmit={submit} noValidate>
      <DraftNotices
        form={form}
        subject="lesion"
        fieldNames={lesionFieldNames}
        valueText={lesionFieldText}
      />
      <TextField
        label={t('Label')}
        hint={t('How you call it, for example “A” or “left shoulder, 5 mm”.')}
        value={details.label}
        onValue={(label) => set({ label })}
        error={labelError}
        maxLength={200}
        onFocus={(event) => event.target.select()}
      />
      <div className="form-grid">
        <SelectField
          label={t('Body site')}
          value={details.bodySite}
          onValue={(value) => setSite({ bodySite: bodySite.parse(value) })}
        >
          {bodySites.map((site) => (
            <option key={site} value={site}>
              {siteNames[site]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('Side')}
          value={details.laterality}
          onValue={(value) => setSite({ laterality: laterality.parse(value) })}
        >
          {laterality.options.map((side) => (
            <option key={side} value={side}>
              {lateralityNames[side]}
            </option>
          ))}
        </SelectField>
      </div>
      {placed.position && (
        <p className="faint" role="status">
          {details.position
            ? t('The exact place on the body map is kept with the lesion.')
            : t(
                'The exact place was on another site ({bodySite}): the marker will stand in the middle of this one. It can be dragged.',
                { bodySite: inSentence(siteNames[placed.bodySite]) },
              )}
        </p>
      )}
      <TextArea
        label={t('Note')}
        value={details.note}
        onValue={(note) => set({ note })}
        maxLength={4000}
        optional
      />
      <ErrorNotice error={error} />
      <div className="dialog__actions">
        <Button onClick={onCancel}>{form.isChanged ? t('Discard') : t('Cancel')}</Button>
        <Button type="submit" variant="primary" busy={isBusy}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

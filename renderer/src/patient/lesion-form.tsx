import { type FormEvent, useState } from 'react';
import {
  bodySite,
  bodySites,
  type LesionDetails,
  laterality,
} from '../../../src/clinic/entities/index.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { lateralityNames, siteNames } from '../wording/anatomy.ts';

interface LesionFormProps {
  initial: LesionDetails;
  submitLabel: string;
  isBusy: boolean;
  error: unknown;
  onSubmit: (details: LesionDetails) => void;
  onCancel: () => void;
}

export function LesionForm(props: LesionFormProps) {
  const { initial, submitLabel, isBusy, error, onSubmit, onCancel } = props;
  const [details, setDetails] = useState(initial);
  const [labelError, setLabelError] = useState<string>();
  const set = (change: Partial<LesionDetails>) => setDetails({ ...details, ...change });
  /** A place on the map that no longer agrees with what was chosen is not kept. */
  const setSite = (change: Pick<LesionDetails, 'bodySite'> | Pick<LesionDetails, 'laterality'>) =>
    set({ ...change, position: null });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isMissing = !details.label.trim();
    setLabelError(isMissing ? 'Give the lesion a label, for example “A”.' : undefined);
    if (!isMissing && !isBusy) onSubmit(details);
  };

  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField
        label="Label"
        hint="How you call it, for example “A” or “left shoulder, 5 mm”."
        value={details.label}
        onValue={(label) => set({ label })}
        error={labelError}
        maxLength={200}
        onFocus={(event) => event.target.select()}
      />
      <div className="form-grid">
        <SelectField
          label="Body site"
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
          label="Side"
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
      {details.position && (
        <p className="faint">The exact place on the body map is kept with the lesion.</p>
      )}
      <TextArea
        label="Note"
        value={details.note}
        onValue={(note) => set({ note })}
        maxLength={4000}
        optional
      />
      <ErrorNotice error={error} />
      <div className="dialog__actions">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" busy={isBusy}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

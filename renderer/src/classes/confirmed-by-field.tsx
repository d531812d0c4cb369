import { type Confirmation, confirmation } from '../../../src/clinic/entities/index.ts';
import { SelectField } from '../ui/fields.tsx';
import { confirmationNames } from './confirmation-names.ts';

/** How a diagnosis was confirmed. */
export function ConfirmedByField(props: {
  label: string;
  value: Confirmation;
  onValue: (value: Confirmation) => void;
}) {
  return (
    <SelectField
      label={props.label}
      value={props.value}
      onValue={(value) => props.onValue(confirmation.parse(value))}
    >
      {confirmation.options.map((value) => (
        <option key={value} value={value}>
          {confirmationNames[value]}
        </option>
      ))}
    </SelectField>
  );
}

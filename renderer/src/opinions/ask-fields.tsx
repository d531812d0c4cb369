import type { OpinionRequest, User } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { Subject } from '../templates/facts.ts';
import { TemplatedArea } from '../templates/templated-area.tsx';
import { SelectField } from '../ui/fields.tsx';

interface AskFieldsProps {
  colleagues: readonly User[];
  request: OpinionRequest;
  about: Subject;
  onChange: (request: OpinionRequest) => void;
}

/** Blind unless somebody says otherwise: an opinion that knows another is hardly a second one. */
export const newRequest = ([first]: readonly User[]): OpinionRequest => ({
  askedOfId: first?.id ?? '',
  isBlind: true,
  question: '',
});

/** Of whom a second opinion is asked, what they are to look at, and what they may see. */
export function AskFields({ colleagues, request, about, onChange }: AskFieldsProps) {
  return (
    <>
      <SelectField
        label={t('Second opinion of')}
        value={request.askedOfId}
        onValue={(askedOfId) => onChange({ ...request, askedOfId })}
      >
        {colleagues.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <TemplatedArea
        place="question"
        about={about}
        label={t('Question')}
        value={request.question}
        onValue={(question) => onChange({ ...request, question })}
        maxLength={4000}
        rows={1}
        optional
      />
      <label className="check">
        <input
          type="checkbox"
          checked={request.isBlind}
          onChange={(event) => onChange({ ...request, isBlind: event.target.checked })}
        />
        {t('Blind: reviews of this image are hidden from them until they have answered')}
      </label>
    </>
  );
}

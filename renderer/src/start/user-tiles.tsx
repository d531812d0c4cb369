import { useId } from 'react';
import { t } from '../../../src/language/index.ts';

interface UserTilesProps {
  names: readonly string[];
  value: string;
  onChoose: (name: string) => void;
}

/** Who is there: one tile a user. */
export function UserTiles({ names, value, onChoose }: UserTilesProps) {
  const id = useId();
  return (
    <div role="radiogroup" aria-label={t('User')} className="tiles">
      {names.map((name) => (
        <label key={name} className="tile">
          <input
            type="radio"
            name={id}
            value={name}
            checked={name === value}
            onChange={() => onChoose(name)}
          />
          <span className="tile__initials" aria-hidden="true">
            {initials(name)}
          </span>
          <span className="tile__name">{name}</span>
        </label>
      ))}
    </div>
  );
}

/** Of the first and the last name, without a title: "Dr. Ada Grün" gives "AG". */
export function initials(name: string): string {
  const words = name.split(/[\s,]+/).filter((word) => /^\p{L}/u.test(word));
  const names = words.filter((word) => !/^(dr|prof|med|pd|mr|mrs|ms|frau|herr)\.?$/i.test(word));
  const [first, ...rest] = names.length > 0 ? names : words;
  const letters = [first, rest.at(-1)].map((word) => (word ? [...word][0] : '')).join('');
  return letters.toLocaleUpperCase() || '?';
}

import type { RefObject } from 'react';
import { t } from '../../../src/language/index.ts';
import { Icon } from '../ui/icons.tsx';
import { moveRowFocus } from './rows.ts';
import './lists.css';

interface SearchFieldProps {
  field: RefObject<HTMLInputElement | null>;
  label: string;
  value: string;
  onValue: (text: string) => void;
}

/** Finds patients; the arrow down leads from it to the rows. */
export function SearchField({ field, label, value, onValue }: SearchFieldProps) {
  return (
    <div className="list-search">
      <Icon name="search" />
      <input
        ref={field}
        className="input"
        type="search"
        aria-label={label}
        placeholder={t('Name, record number or date of birth')}
        autoComplete="off"
        value={value}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          moveRowFocus(1);
        }}
      />
    </div>
  );
}

import { type FocusEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { locale, t } from '../../../src/language/index.ts';
import { Button } from './button.tsx';
import type { IconName } from './icons.tsx';
import './menu.css';

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly run: () => void;
}

interface MenuProps {
  label: string;
  items: readonly MenuItem[];
  icon?: IconName;
  /** Of the button, where others on the screen are called as it is. */
  spoken?: string;
  /** Of a field above the items that narrows them, where they are many. */
  filter?: string | undefined;
}

/** A button that opens a list of commands: arrow keys go through it, Escape closes it. */
export function Menu({ label, items, icon = 'more', spoken, filter }: MenuProps) {
  const [isOpen, setShown] = useState(false);
  const [typed, setTyped] = useState('');
  const setOpen = (open: boolean) => {
    setShown(open);
    setTyped('');
  };
  const frame = useRef<HTMLDivElement>(null);
  const button = () => frame.current?.querySelector<HTMLElement>(':scope > button');
  const entries = () => [
    ...(frame.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []),
  ];
  useLayoutEffect(() => {
    if (!isOpen) return;
    frame.current?.querySelector<HTMLElement>('input, [role=menuitem]')?.focus();
    frame.current?.querySelector('.menu__list')?.scrollIntoView({ block: 'nearest' });
  }, [isOpen]);
  const close = () => {
    setOpen(false);
    button()?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Escape' && isOpen) close();
    else if (step !== 0 && !isOpen) setOpen(true);
    else if (step !== 0) {
      const all = entries();
      const at = all.indexOf(document.activeElement as HTMLElement);
      all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const run = (item: MenuItem | undefined) => {
    if (!item) return;
    close();
    item.run();
  };
  const wanted = typed.trim().toLocaleLowerCase(locale());
  const shown = items.filter((item) => item.label.toLocaleLowerCase(locale()).includes(wanted));
  const list = shown.length > 0 && (
    <div className={filter ? 'menu__items' : 'menu__list'} role="menu" aria-label={label}>
      {shown.map((item) => (
        <Button
          key={item.label}
          role="menuitem"
          tabIndex={-1}
          variant="quiet"
          {...(item.icon && { icon: item.icon })}
          onClick={() => run(item)}
        >
          {item.label}
        </Button>
      ))}
    </div>
  );
  const onBlur = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the button and the menu
    <div className="menu" ref={frame} onKeyDown={onKeyDown} onBlur={onBlur}>
      <Button
        small
        variant="quiet"
        icon={icon}
        aria-label={spoken}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </Button>
      {isOpen &&
        (filter ? (
          <div className="menu__list">
            <input
              className="input"
              aria-label={filter}
              placeholder={filter}
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                event.stopPropagation();
                run(shown[0]);
              }}
            />
            {list || <p className="menu__none faint">{t('None is called so.')}</p>}
          </div>
        ) : (
          list
        ))}
    </div>
  );
}

import { type FocusEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { Button } from './button.tsx';
import type { IconName } from './icons.tsx';
import './menu.css';

export interface MenuItem {
  readonly label: string;
  readonly icon: IconName;
  readonly run: () => void;
}

/** A button that opens a list of commands: arrow keys go through it, Escape closes it. */
export function Menu({ label, items }: { label: string; items: readonly MenuItem[] }) {
  const [isOpen, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const button = () => frame.current?.querySelector<HTMLElement>(':scope > button');
  const entries = () => [
    ...(frame.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []),
  ];
  useLayoutEffect(() => {
    if (isOpen) frame.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
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
      all[(at + step + all.length) % all.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onBlur = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the button and the menu
    <div className="menu" ref={frame} onKeyDown={onKeyDown} onBlur={onBlur}>
      <Button
        small
        variant="quiet"
        icon="more"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </Button>
      {isOpen && (
        <div className="menu__list" role="menu" aria-label={label}>
          {items.map((item) => (
            <Button
              key={item.label}
              role="menuitem"
              tabIndex={-1}
              variant="quiet"
              icon={item.icon}
              onClick={() => {
                close();
                item.run();
              }}
            >
              {item.label}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

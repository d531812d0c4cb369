import type { ComponentProps } from 'react';
import { Icon, type IconName } from './icons.tsx';
import './controls.css';

interface Look {
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger';
  small?: boolean;
  icon?: IconName;
}

export function buttonClass({ variant = 'secondary', small }: Look, iconOnly = false): string {
  return [
    'button',
    variant !== 'secondary' && `button--${variant}`,
    small && 'button--small',
    iconOnly && 'button--icon',
  ]
    .filter(Boolean)
    .join(' ');
}

type ButtonProps = ComponentProps<'button'> & Look & { busy?: boolean };

/** While busy it keeps the focus and does nothing. */
export function Button({ variant, small, icon, busy, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass({ ...(variant && { variant }), ...(small && { small }) })} ${rest.className ?? ''}`}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <span className="spinner" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

type IconButtonProps = ComponentProps<'button'> & Look & { icon: IconName; label: string };

/** A button that shows only a picture; its label is its name and its tooltip. */
export function IconButton({
  icon,
  label,
  variant = 'quiet',
  small = false,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      className={buttonClass({ variant, small }, true)}
    >
      <Icon name={icon} />
    </button>
  );
}

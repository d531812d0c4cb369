import { Icon } from './icons.tsx';

/** The arrow before a screen's title, to where it belongs. */
export function BackLink({ to, label }: { to: string; label: string }) {
  return (
    <a className="button button--quiet button--icon" href={to} aria-label={label}>
      <Icon name="back" />
    </a>
  );
}

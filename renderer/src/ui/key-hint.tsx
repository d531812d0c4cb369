import './key-hint.css';

/**
 * Which keys do the same as the control that it is put into, shown while Alt is held; not a part of
 * the control's name.
 */
export function KeyHint({ keys }: { keys: readonly string[] }) {
  return (
    <span className="key-hint" aria-hidden="true">
      {keys.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

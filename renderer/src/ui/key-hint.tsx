/** Which keys do the same as the control beside it; not a part of its name. */
export function KeyHint({ keys }: { keys: readonly string[] }) {
  return (
    <span className="key-hint" aria-hidden="true">
      {keys.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

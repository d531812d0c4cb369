import { buttonClass } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';

interface ChosenFileProps {
  label: string;
  accept: string;
  onBytes: (bytes: Uint8Array) => void;
}

/** A button that has one file chosen and read. */
export function ChosenFile({ label, accept, onBytes }: ChosenFileProps) {
  return (
    <label className={buttonClass({})}>
      <Icon name="upload" />
      <span>{label}</span>
      <input
        type="file"
        accept={accept}
        className="visually-hidden"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = ''; // The same file may be chosen again.
          if (file) void file.arrayBuffer().then((buffer) => onBytes(new Uint8Array(buffer)));
        }}
      />
    </label>
  );
}

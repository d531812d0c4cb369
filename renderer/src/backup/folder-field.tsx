import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/fields.tsx';

interface FolderFieldProps {
  label: string;
  /** What is done with the folder once it is given. */
  action: string;
  busy: boolean;
  error?: string | undefined;
  onFolder: (folder: string) => void;
}

/** A folder of this computer: by the system's dialog in the desktop window, by its path in a browser. */
export function FolderField({ label, action, busy, error, onFolder }: FolderFieldProps) {
  const shell = window.dermaspike;
  const [folder, setFolder] = useState('');
  const [missing, setMissing] = useState<string>();
  const choose = async () => {
    const chosen = await shell?.chooseFolder(label);
    if (!chosen) return;
    setFolder(chosen);
    onFolder(chosen);
  };
  return (
    <form
      className="backup__folder"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(folder.trim() ? undefined : t('Give the path of a folder.'));
        if (folder.trim() && !busy) onFolder(folder.trim());
      }}
    >
      <TextField
        label={label}
        value={folder}
        onValue={(value) => {
          setFolder(value);
          setMissing(undefined);
        }}
        error={missing ?? error}
        hint={t(
          'On another disk or a share: its whole path, as the computer that Dermaspike runs on has it.',
        )}
        spellCheck={false}
      />
      <div className="backup__actions">
        {shell && (
          <Button icon="archive" busy={busy} onClick={() => void choose()}>
            {t('Choose a folder…')}
          </Button>
        )}
        <Button type="submit" variant={shell ? 'secondary' : 'primary'} busy={busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { FoundBackups } from '../../../src/station/contract/index.ts';
import { FolderField } from '../backup/folder-field.tsx';
import { backupText } from '../backup/words.ts';
import type { StationInput } from '../station/connection.ts';
import { errorCode, errorText } from '../station/errors.ts';
import { useStation, useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { PassphraseField } from './passphrase.tsx';
import '../backup/backup.css';

interface RestoreFormProps {
  /** Whether it begins with what is in the folder that this computer backs up to. */
  looksAtOnce: boolean;
  onBack: () => void;
  onRestored: () => void;
}

/** Brings a clinic back from a backup: on a new computer, or in the place of the one that is here. */
export function RestoreForm({ looksAtOnce, onBack, onRestored }: RestoreFormProps) {
  const look = useStationCommand('restore.look');
  const { mutate } = look;
  useEffect(() => {
    if (looksAtOnce) mutate({});
  }, [looksAtOnce, mutate]);
  const found = look.data;
  return (
    <>
      <header className="start__head">
        <h1>{t('Restore a backup')}</h1>
        <p>
          {found
            ? t('Backups of {clinicName}.', { clinicName: found.clinicName })
            : t('Connect the medium, and give the folder that the clinic was backed up to.')}
        </p>
      </header>
      {found ? (
        <ChosenFolder found={found} folder={found.folder} onBack={look.reset} onDone={onRestored} />
      ) : (
        <>
          <FolderField
            label={t('Folder with the backups')}
            action={t('Look for backups')}
            busy={look.isPending}
            error={look.error ? errorText(look.error) : undefined}
            onFolder={(folder) => look.mutate({ folder })}
          />
          <div className="form">
            <Button variant="quiet" onClick={onBack}>
              {t('Back')}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

type Key = 'passphrase' | 'recovery-key';
const keys = [
  { value: 'passphrase', label: t('A passphrase') },
  { value: 'recovery-key', label: t('The recovery key') },
] as const;

interface ChosenFolderProps {
  found: FoundBackups;
  folder: string;
  onBack: () => void;
  onDone: () => void;
}

function ChosenFolder({ found, folder, onBack, onDone }: ChosenFolderProps) {
  const [newest] = found.backups;
  const [id, setId] = useState(
    found.backups.find(({ unreadable }) => unreadable === null)?.id ?? '',
  );
  const [key, setKey] = useState<Key>('passphrase');
  const [userName, setUserName] = useState(found.userNames[0] ?? '');
  const [typed, setTyped] = useState('');
  const [missing, setMissing] = useState<string>();
  const restore = useRestore(onDone);
  const code = errorCode(restore.error) ?? '';
  const isWrong = code.startsWith('wrong-');
  const wasStopped = code === 'cancelled';

  const type = (text: string) => {
    restore.reset();
    setMissing(undefined);
    setTyped(text);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = key === 'passphrase' ? typed : typed.trim();
    setMissing(
      text
        ? undefined
        : key === 'passphrase'
          ? t('Enter the passphrase.')
          : t('Enter the recovery key.'),
    );
    if (!text || restore.isPending) return;
    const access = key === 'passphrase' ? { userName, passphrase: text } : { recoveryKey: text };
    restore.mutate({ folder, id, access });
  };

  if (restore.isPending) return <Restoring share={restore.share} onStop={restore.stop} />;
  const field = {
    value: typed,
    onValue: type,
    error: isWrong ? errorText(restore.error) : missing,
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      {found.replaces !== null && (
        <Notice tone="caution">
          {t(
            'There is a clinic on this computer: {clinicName}. It is set aside and kept, and this backup takes its place. What was saved since the backup is in the one set aside alone.',
            { clinicName: found.replaces },
          )}
        </Notice>
      )}
      {newest?.unreadable && (
        <Notice tone="caution">
          {t(
            'The newest backup, of {dateTime}, cannot be read. The one chosen here is older: what was saved between the two does not come back with it.',
            { dateTime: formatDateTime(newest.madeAt) },
          )}
        </Notice>
      )}
      <SelectField label={t('Backup')} value={id} onValue={setId}>
        {found.backups.map((backup) => (
          <option key={backup.id} value={backup.id} disabled={backup.unreadable !== null}>
            {backupText(backup)}
          </option>
        ))}
      </SelectField>
      <ChoiceGroup
        label={t('Open it with')}
        className="segments"
        choices={keys}
        value={key}
        onChoose={(chosen) => {
          setKey(chosen);
          type('');
        }}
      />
      {key === 'passphrase' ? (
        <>
          <SelectField label={t('User')} value={userName} onValue={setUserName}>
            {found.userNames.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </SelectField>
          <PassphraseField label={t('Passphrase when it was made')} {...field} />
        </>
      ) : (
        <TextField
          label={t('Recovery key')}
          {...field}
          spellCheck={false}
          autoCapitalize="characters"
        />
      )}
      {wasStopped && <Notice>{t('Stopped. Nothing was changed.')}</Notice>}
      {!isWrong && !wasStopped && <ErrorNotice error={restore.error} />}
      <Button type="submit" variant="primary" icon="restore">
        {found.replaces === null ? t('Restore') : t('Set the clinic aside and restore')}
      </Button>
      <Button variant="quiet" onClick={onBack}>
        {t('Another folder')}
      </Button>
    </form>
  );
}

function Restoring({ share, onStop }: { share: number; onStop: () => void }) {
  return (
    <div className="form">
      <label className="progress" aria-live="polite">
        <span>{share < 1 ? t('Restoring…') : t('Comparing what came back…')}</span>
        <progress value={share} max={1} />
      </label>
      <p className="soft">{t('Until it is whole, nothing on this computer is changed.')}</p>
      <Button onClick={onStop}>{t('Stop')}</Button>
    </div>
  );
}

/** Restoring takes minutes, and ends when it is stopped or the page is left. */
function useRestore(onDone: () => void) {
  const station = useStation();
  const queryClient = useQueryClient();
  const abort = useRef<AbortController>(undefined);
  const [share, setShare] = useState(0);
  useEffect(() => station.subscribe('restore.progress', (told) => setShare(told.share)), [station]);
  const mutation = useMutation({
    mutationKey: ['session'],
    mutationFn: (input: StationInput<'restore.run'>) => {
      setShare(0);
      abort.current = new AbortController();
      return station.call('restore.run', input, { signal: abort.current.signal });
    },
    onSuccess: (state) => {
      onDone();
      queryClient.setQueryData(['session.state', {}], state);
    },
  });
  return { ...mutation, share, stop: () => abort.current?.abort() };
}

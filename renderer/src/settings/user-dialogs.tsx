import { type FormEvent, useState } from 'react';
import { role, type User } from '../../../src/clinic/entities/index.ts';
import { NewPassphraseFields, useNewPassphrase } from '../start/new-passphrase.tsx';
import { errorCode, errorText } from '../station/errors.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { roleNames } from './role-names.ts';

/** Told beside its field. */
const isAtField = (error: unknown): boolean =>
  ['duplicate-user', 'weak-passphrase'].includes(errorCode(error) ?? '');

export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const add = useStationCommand('users.add');
  const [userName, setUserName] = useState('');
  const [userRole, setUserRole] = useState<User['role']>('clinician');
  const passphrase = useNewPassphrase();
  const [nameError, setNameError] = useState<string>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const hasName = userName.trim() !== '';
    setNameError(hasName ? undefined : 'Enter a name.');
    const isUsable = passphrase.check();
    if (!hasName || !isUsable || add.isPending) return;
    add.mutate(
      { userName, role: userRole, passphrase: passphrase.value },
      {
        onSuccess: (user) => {
          onClose();
          showToast(`${user.name} can now unlock the clinic.`);
        },
        onError: (error) => {
          if (errorCode(error) === 'duplicate-user') setNameError(errorText(error));
          passphrase.refuse(error);
        },
      },
    );
  };

  return (
    <Dialog
      title="Add user"
      onClose={onClose}
      widthPx={460}
      holdsTyping={userName !== '' || passphrase.value !== ''}
    >
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label="Name"
          value={userName}
          onValue={(value) => {
            setUserName(value);
            setNameError(undefined);
          }}
          error={nameError}
          maxLength={100}
        />
        <SelectField
          label="Role"
          hint="An administrator can also manage the users and the clinic’s settings."
          value={userRole}
          onValue={(value) => setUserRole(role.parse(value))}
        >
          {role.options.map((value) => (
            <option key={value} value={value}>
              {roleNames[value]}
            </option>
          ))}
        </SelectField>
        <NewPassphraseFields passphrase={passphrase} />
        {!isAtField(add.error) && <ErrorNotice error={add.error} />}
        <div className="dialog__actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={add.isPending}>
            Add user
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface UserDialogProps {
  user: User;
  onClose: () => void;
}

export function RenameUserDialog({ user, onClose }: UserDialogProps) {
  const rename = useStationCommand('users.rename');
  const [userName, setUserName] = useState(user.name);
  const [nameError, setNameError] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const hasName = userName.trim() !== '';
    setNameError(hasName ? undefined : 'Enter a name.');
    if (!hasName || rename.isPending) return;
    rename.mutate(
      { userId: user.id, userName },
      {
        onSuccess: onClose,
        onError: (error) => {
          if (errorCode(error) === 'duplicate-user') setNameError(errorText(error));
        },
      },
    );
  };
  return (
    <Dialog
      title="Rename the user"
      onClose={onClose}
      widthPx={460}
      holdsTyping={userName !== user.name}
    >
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label="Name"
          hint="The passphrase stays. Reviews made so far carry the new name as well."
          value={userName}
          onValue={(value) => {
            setUserName(value);
            setNameError(undefined);
          }}
          error={nameError}
          maxLength={100}
          onFocus={(event) => event.target.select()}
        />
        {!isAtField(rename.error) && <ErrorNotice error={rename.error} />}
        <div className="dialog__actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={rename.isPending}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function DisableUserDialog({ user, onClose }: UserDialogProps) {
  const disable = useStationCommand('users.disable');
  return (
    <Dialog title={`Disable ${user.name}?`} onClose={onClose} widthPx={460}>
      <p>
        The passphrase of {user.name} will no longer open the clinic. What they did stays under
        their name. You can let them in again by a new passphrase.
      </p>
      <ErrorNotice error={disable.error} />
      <div className="dialog__actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="danger"
          busy={disable.isPending}
          onClick={() => disable.mutate({ userId: user.id }, { onSuccess: onClose })}
        >
          Disable
        </Button>
      </div>
    </Dialog>
  );
}

export function EnableUserDialog({ user, onClose }: UserDialogProps) {
  const enable = useStationCommand('users.enable');
  const passphrase = useNewPassphrase();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!passphrase.check() || enable.isPending) return;
    enable.mutate(
      { userId: user.id, passphrase: passphrase.value },
      {
        onSuccess: () => {
          onClose();
          showToast(`${user.name} can unlock the clinic again.`);
        },
        onError: passphrase.refuse,
      },
    );
  };
  return (
    <Dialog
      title={`Let ${user.name} in again`}
      onClose={onClose}
      widthPx={460}
      holdsTyping={passphrase.value !== ''}
    >
      <form className="form" onSubmit={submit} noValidate>
        <NewPassphraseFields passphrase={passphrase} label="New passphrase" />
        {!isAtField(enable.error) && <ErrorNotice error={enable.error} />}
        <div className="dialog__actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={enable.isPending}>
            Let in again
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

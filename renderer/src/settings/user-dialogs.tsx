import { type FormEvent, useState } from 'react';
import { type Role, role, type User } from '../../../src/clinic/entities/index.ts';
import { inSentence, t } from '../../../src/language/index.ts';
import { NewPassphraseFields, useNewPassphrase } from '../start/new-passphrase.tsx';
import { errorCode, errorText } from '../station/errors.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { roleMeanings, roleNames } from './role-names.ts';

/** Told beside its field. */
const isAtField = (error: unknown): boolean =>
  ['duplicate-user', 'weak-passphrase'].includes(errorCode(error) ?? '');

export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const add = useStationCommand('users.add');
  const [userName, setUserName] = useState('');
  const [userRole, setUserRole] = useState<Role>('clinician');
  const passphrase = useNewPassphrase();
  const [nameError, setNameError] = useState<string>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const hasName = userName.trim() !== '';
    setNameError(hasName ? undefined : t('Enter a name.'));
    const isUsable = passphrase.check();
    if (!hasName || !isUsable || add.isPending) return;
    add.mutate(
      { userName, role: userRole, passphrase: passphrase.value },
      {
        onSuccess: (user) => {
          onClose();
          showToast(t('{name} can now unlock the clinic.', { name: user.name }));
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
      title={t('Add user')}
      onClose={onClose}
      widthPx={460}
      holdsTyping={userName !== '' || passphrase.value !== ''}
    >
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label={t('Name')}
          value={userName}
          onValue={(value) => {
            setUserName(value);
            setNameError(undefined);
          }}
          error={nameError}
          maxLength={100}
        />
        <RoleField value={userRole} onValue={setUserRole} />
        <NewPassphraseFields passphrase={passphrase} names={[userName]} />
        {!isAtField(add.error) && <ErrorNotice error={add.error} />}
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={add.isPending}>
            {t('Add user')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function RoleField(props: { value: Role; onValue: (value: Role) => void }) {
  return (
    <SelectField
      label={t('Role')}
      hint={roleMeanings[props.value]}
      value={props.value}
      onValue={(value) => props.onValue(role.parse(value))}
    >
      {role.options.map((value) => (
        <option key={value} value={value}>
          {roleNames[value]}
        </option>
      ))}
    </SelectField>
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
    setNameError(hasName ? undefined : t('Enter a name.'));
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
      title={t('Rename the user')}
      onClose={onClose}
      widthPx={460}
      holdsTyping={userName !== user.name}
    >
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label={t('Name')}
          hint={t('The passphrase stays. Reviews made so far carry the new name as well.')}
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
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={rename.isPending}>
            {t('Rename')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function RoleDialog({ user, onClose }: UserDialogProps) {
  const setRole = useStationCommand('users.setRole');
  const [chosen, setChosen] = useState<Role>(user.role);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen === user.role) return onClose();
    if (setRole.isPending) return;
    setRole.mutate(
      { userId: user.id, role: chosen },
      {
        onSuccess: () => {
          onClose();
          showToast(
            t('{name}: {role} from now on.', {
              name: user.name,
              role: inSentence(roleNames[chosen]),
            }),
          );
        },
      },
    );
  };
  return (
    <Dialog title={t('Role of {name}', { name: user.name })} onClose={onClose} widthPx={460}>
      <form className="form" onSubmit={submit} noValidate>
        <RoleField value={chosen} onValue={setChosen} />
        <ErrorNotice error={setRole.error} />
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={setRole.isPending}>
            {t('Change the role')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function DisableUserDialog({ user, onClose }: UserDialogProps) {
  const disable = useStationCommand('users.disable');
  return (
    <Dialog title={t('Disable {name}?', { name: user.name })} onClose={onClose} widthPx={460}>
      <p>
        {t(
          'The passphrase of {name} will no longer open the clinic. What they did stays under their name. You can let them in again by a new passphrase.',
          { name: user.name },
        )}
      </p>
      <ErrorNotice error={disable.error} />
      <div className="dialog__actions">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button
          variant="danger"
          busy={disable.isPending}
          onClick={() => disable.mutate({ userId: user.id }, { onSuccess: onClose })}
        >
          {t('Disable')}
        </Button>
      </div>
    </Dialog>
  );
}

/** A new passphrase; a disabled user is let in again by it. */
export function UserPassphraseDialog({ user, onClose }: UserDialogProps) {
  const set = useStationCommand('users.setPassphrase');
  const passphrase = useNewPassphrase();
  const isDisabled = user.disabledAt !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!passphrase.check() || set.isPending) return;
    set.mutate(
      { userId: user.id, passphrase: passphrase.value },
      {
        onSuccess: () => {
          onClose();
          showToast(
            isDisabled
              ? t('{name} can unlock the clinic again.', { name: user.name })
              : t('{name} unlocks by the new passphrase from now on.', { name: user.name }),
          );
        },
        onError: passphrase.refuse,
      },
    );
  };
  return (
    <Dialog
      title={
        isDisabled
          ? t('Let {name} in again', { name: user.name })
          : t('New passphrase for {name}', { name: user.name })
      }
      onClose={onClose}
      widthPx={460}
      holdsTyping={passphrase.value !== ''}
    >
      <form className="form" onSubmit={submit} noValidate>
        {!isDisabled && (
          <p className="soft">
            {t(
              'The passphrase of before no longer opens the clinic. Hand the new one over in person; its owner can change it in the settings.',
            )}
          </p>
        )}
        <NewPassphraseFields
          passphrase={passphrase}
          names={[user.name]}
          label={t('New passphrase')}
        />
        {!isAtField(set.error) && <ErrorNotice error={set.error} />}
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={set.isPending}>
            {isDisabled ? t('Let in again') : t('Set the passphrase')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

import { type FormEvent, useState } from 'react';
import { role, type User } from '../../../src/clinic/entities/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { NewPassphraseFields, useNewPassphrase } from '../start/new-passphrase.tsx';
import { errorCode, errorText } from '../station/errors.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { formatDate } from '../wording/dates.ts';

const roleNames: Record<User['role'], string> = {
  clinician: 'Clinician',
  administrator: 'Administrator',
};

export function Users({ currentUser }: { currentUser: User }) {
  const users = useStationQuery('users.list', {});
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <ErrorNotice error={users.error} />
      <ul className="users">
        {users.data?.map((user) => (
          <li key={user.id}>
            <strong>{user.name}</strong>
            {user.id === currentUser.id && <span className="tag tag--accent">You</span>}
            <span className="faint">
              {roleNames[user.role]}, since {formatDate(user.createdAt)}
            </span>
          </li>
        ))}
      </ul>
      {mayCall(currentUser.role, 'users.add') ? (
        <Button icon="plus" onClick={() => setAdding(true)}>
          Add user
        </Button>
      ) : (
        <p className="faint">An administrator can add users.</p>
      )}
      {isAdding && <AddUserDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function AddUserDialog({ onClose }: { onClose: () => void }) {
  const add = useStationCommand('users.add');
  const [userName, setUserName] = useState('');
  const [userRole, setUserRole] = useState<User['role']>('clinician');
  const passphrase = useNewPassphrase();
  const [nameError, setNameError] = useState<string>();
  const isTaken = errorCode(add.error) === 'duplicate-user';

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
      },
    );
  };

  return (
    <Dialog title="Add user" onClose={onClose} widthPx={460}>
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label="Name"
          value={userName}
          onValue={setUserName}
          error={isTaken ? errorText(add.error) : nameError}
          maxLength={100}
        />
        <SelectField
          label="Role"
          hint="An administrator can add users."
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
        {!isTaken && <ErrorNotice error={add.error} />}
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

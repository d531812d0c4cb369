import { useState } from 'react';
import type { User } from '../../../src/clinic/entities/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { formatDate } from '../wording/dates.ts';
import { roleNames } from './role-names.ts';
import {
  AddUserDialog,
  DisableUserDialog,
  EnableUserDialog,
  RenameUserDialog,
} from './user-dialogs.tsx';

type Open = { dialog: 'add' } | { dialog: 'rename' | 'disable' | 'enable'; user: User };

/** Everybody who works here, or did. */
export function Users({ currentUser, isDemo }: { currentUser: User; isDemo: boolean }) {
  const users = useStationQuery('users.list', {});
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const mayManage = mayCall(currentUser.role, 'users.rename') && !isDemo;
  return (
    <>
      <ErrorNotice error={users.error} />
      <ul className="users">
        {users.data?.map((user) => (
          <li key={user.id}>
            <div className="users__who">
              <strong className={user.disabledAt ? 'soft' : undefined}>{user.name}</strong>
              {user.id === currentUser.id && <span className="tag tag--accent">You</span>}
              <span className="faint">
                {roleNames[user.role]}, since {formatDate(user.createdAt)}
                {user.disabledAt && `, disabled ${formatDate(user.disabledAt)}`}
              </span>
            </div>
            {mayManage && (
              <div className="users__actions">
                <Button
                  small
                  aria-label={`Rename ${user.name}`}
                  onClick={() => setOpen({ dialog: 'rename', user })}
                >
                  Rename
                </Button>
                {user.disabledAt ? (
                  <Button
                    small
                    aria-label={`Let ${user.name} in again`}
                    onClick={() => setOpen({ dialog: 'enable', user })}
                  >
                    Let in again
                  </Button>
                ) : (
                  user.id !== currentUser.id && (
                    <Button
                      small
                      aria-label={`Disable ${user.name}`}
                      onClick={() => setOpen({ dialog: 'disable', user })}
                    >
                      Disable
                    </Button>
                  )
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
      {mayCall(currentUser.role, 'users.add') ? (
        <div>
          <Button icon="plus" onClick={() => setOpen({ dialog: 'add' })}>
            Add user
          </Button>
        </div>
      ) : (
        <p className="faint">An administrator can add, rename and disable users.</p>
      )}
      {open?.dialog === 'add' && <AddUserDialog onClose={close} />}
      {open?.dialog === 'rename' && <RenameUserDialog user={open.user} onClose={close} />}
      {open?.dialog === 'disable' && <DisableUserDialog user={open.user} onClose={close} />}
      {open?.dialog === 'enable' && <EnableUserDialog user={open.user} onClose={close} />}
    </>
  );
}

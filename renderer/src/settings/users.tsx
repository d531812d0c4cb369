import { useState } from 'react';
import type { User } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { formatDate } from '../wording/dates.ts';
import { roleNames } from './role-names.ts';
import {
  AddUserDialog,
  DisableUserDialog,
  RenameUserDialog,
  RoleDialog,
  UserPassphraseDialog,
} from './user-dialogs.tsx';

type UserDialog = 'rename' | 'role' | 'passphrase' | 'disable';
type Open = { dialog: 'add' } | { dialog: UserDialog; user: User };

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
              {user.id === currentUser.id && <span className="tag tag--accent">{t('You')}</span>}
              <span className="faint">
                {user.disabledAt
                  ? t('{role}, since {date}, disabled {disabledDate}', {
                      role: roleNames[user.role],
                      date: formatDate(user.createdAt),
                      disabledDate: formatDate(user.disabledAt),
                    })
                  : t('{role}, since {date}', {
                      role: roleNames[user.role],
                      date: formatDate(user.createdAt),
                    })}
              </span>
            </div>
            {mayManage && (
              <UserButtons
                user={user}
                isSelf={user.id === currentUser.id}
                onChoose={(dialog) => setOpen({ dialog, user })}
              />
            )}
          </li>
        ))}
      </ul>
      {mayCall(currentUser.role, 'users.add') ? (
        <div>
          <Button icon="plus" onClick={() => setOpen({ dialog: 'add' })}>
            {t('Add user')}
          </Button>
        </div>
      ) : (
        <p className="faint">{t('An administrator can add, rename and disable users.')}</p>
      )}
      {open?.dialog === 'add' && <AddUserDialog onClose={close} />}
      {open?.dialog === 'rename' && <RenameUserDialog user={open.user} onClose={close} />}
      {open?.dialog === 'disable' && <DisableUserDialog user={open.user} onClose={close} />}
      {open?.dialog === 'role' && <RoleDialog user={open.user} onClose={close} />}
      {open?.dialog === 'passphrase' && <UserPassphraseDialog user={open.user} onClose={close} />}
    </>
  );
}

/** What an administrator does to a user; one's own passphrase is changed elsewhere. */
function UserButtons(props: {
  user: User;
  isSelf: boolean;
  onChoose: (dialog: UserDialog) => void;
}) {
  const { name, disabledAt } = props.user;
  const button = (dialog: UserDialog, label: string, spoken: string) => (
    <Button small aria-label={spoken} onClick={() => props.onChoose(dialog)}>
      {label}
    </Button>
  );
  return (
    <div className="users__actions">
      {button('rename', t('Rename'), t('Rename {name}', { name }))}
      {button('role', t('Role'), t('Change the role of {name}', { name }))}
      {disabledAt !== null
        ? button('passphrase', t('Let in again'), t('Let {name} in again', { name }))
        : !props.isSelf && (
            <>
              {button(
                'passphrase',
                t('New passphrase'),
                t('Give {name} a new passphrase', { name }),
              )}
              {button('disable', t('Disable'), t('Disable {name}', { name }))}
            </>
          )}
    </div>
  );
}

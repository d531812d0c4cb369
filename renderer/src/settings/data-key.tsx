import { useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation, useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { formatDate } from '../wording/dates.ts';
import { listText } from '../wording/lists.ts';
import { NewRecoveryKeyDialog } from './new-recovery-key-dialog.tsx';
import '../backup/backup.css';

type Change = NonNullable<StationOutput<'users.dataKey'>['change']>;

/** The key that the records are encrypted with, which the users' passphrases open. */
export function DataKey({ clinicName }: { clinicName: string }) {
  const state = useStationQuery('users.dataKey', {});
  const [isAsking, setAsking] = useState(false);
  const { data } = state;
  if (!data)
    return state.error ? <ErrorNotice error={state.error} /> : <Loading what={t('the data key')} />;
  return (
    <>
      <p className="soft">
        {t(
          'Change it when a passphrase, the recovery key or a copy of the clinic may be in the wrong hands. The records are encrypted anew while you work, and everybody keeps their passphrase. What opened the clinic before no longer opens what is in it then.',
        )}
      </p>
      {data.changedAt && !data.change && (
        <p className="faint">
          {t('Last changed on {date}.', { date: formatDate(data.changedAt) })}
        </p>
      )}
      <ShutOut userIds={data.shutOut} />
      {data.change ? (
        <UnderWay change={data.change} />
      ) : (
        <div>
          <Button icon="refresh" onClick={() => setAsking(true)}>
            {t('Change the data key…')}
          </Button>
        </div>
      )}
      {isAsking && <ChangeDialog clinicName={clinicName} onClose={() => setAsking(false)} />}
    </>
  );
}

function ShutOut({ userIds }: { userIds: readonly string[] }) {
  const users = useStationQuery('users.list', {}, { enabled: userIds.length > 0 });
  const names = users.data?.filter(({ id }) => userIds.includes(id)).map(({ name }) => name) ?? [];
  if (names.length === 0) return null;
  return (
    <Notice tone="caution">
      {t(
        '{count, plural, one {{names} could not be given the new key, and cannot unlock. Give this user a new passphrase, above under Users.} other {{names} could not be given the new key, and cannot unlock. Give each of them a new passphrase, above under Users.}}',
        { count: names.length, names: listText(names) },
      )}
    </Notice>
  );
}

function UnderWay({ change }: { change: Change }) {
  const station = useStation();
  const [told, setTold] = useState(0);
  const resume = useStationCommand('users.resumeDataKey');
  const keep = useStationCommand('users.keepDataKey');
  useEffect(
    () => station.subscribe('users.dataKeyProgress', ({ share }) => setTold(share)),
    [station],
  );
  return (
    <>
      {change.failure ? (
        <Notice tone="error">
          {t('The data key is not changed yet. {failure}', { failure: change.failure })}
        </Notice>
      ) : (
        <div className="backup__progress" role="status">
          <span>{t('Encrypting the records anew…')}</span>
          <progress value={Math.max(change.share, told)} max={1} aria-label={t('Done so far')} />
        </div>
      )}
      <p className="soft">
        {t('It goes on after a lock. Until it is done the former recovery key is the valid one.')}
      </p>
      <div className="backup__actions">
        {change.failure && (
          <Button variant="primary" busy={resume.isPending} onClick={() => resume.mutate({})}>
            {t('Go on')}
          </Button>
        )}
        <Button busy={keep.isPending} onClick={() => keep.mutate({})}>
          {t('Keep the former key')}
        </Button>
      </div>
      <ErrorNotice error={resume.error ?? keep.error} />
    </>
  );
}

function ChangeDialog({ clinicName, onClose }: { clinicName: string; onClose: () => void }) {
  return (
    <NewRecoveryKeyDialog
      command="users.changeDataKey"
      title={t('Change the data key')}
      action={t('Change the data key')}
      widthPx={500}
      clinicName={clinicName}
      replaces="data-key"
      onClose={onClose}
    >
      <ul className="settings__list soft">
        <li>{t('The recovery key becomes another one. It is shown once, to be printed.')}</li>
        <li>{t('Passphrases stay. Users who never unlocked with this program need a new one.')}</li>
        <li>
          {t('The next backup is written whole. Former ones come back by the keys of their time.')}
        </li>
        <li>
          {t(
            'Copies from before updates, and copies that others may have, stay as they are: the former key opens those.',
          )}
        </li>
      </ul>
    </NewRecoveryKeyDialog>
  );
}

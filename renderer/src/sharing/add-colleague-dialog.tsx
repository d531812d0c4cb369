import { Trans } from '@lingui/react';
import { useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation, useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import './sharing.css';

/** Whose key a file says it is, and the question whether it was compared with them. */
export function AddColleagueDialog(props: { bytes: Uint8Array; onClose: () => void }) {
  const { bytes, onClose } = props;
  const station = useStation();
  const add = useStationCommand('sharing.addColleague');
  const [key, setKey] = useState<StationOutput<'sharing.inspectKey'>>();
  const [error, setError] = useState<unknown>();
  const [isCompared, setCompared] = useState(false);
  useEffect(() => {
    station.call('sharing.inspectKey', { bytes }).then(setKey, setError);
  }, [station, bytes]);
  return (
    <Dialog key={`${!!key}`} title={t('Another clinic’s key')} onClose={onClose} widthPx={520}>
      <ErrorNotice error={error ?? add.error} />
      {!key && !error && <Loading what={t('the key')} />}
      {key && (
        <>
          <p>
            <Trans
              id="It says that it is the key of <strong>{clinicName}</strong>:"
              values={{ clinicName: key.clinicName }}
              components={{ strong: <strong /> }}
            />
          </p>
          <p>
            <code className="share__fingerprint">{key.fingerprint}</code>
          </p>
          {key.isKnown ? (
            <Notice tone="good">{t('It is here already.')}</Notice>
          ) : (
            <label className="check">
              <input
                type="checkbox"
                checked={isCompared}
                onChange={({ target }) => setCompared(target.checked)}
              />
              {t('I have compared it with them on the telephone, and it is the same')}
            </label>
          )}
        </>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>{key?.isKnown ? t('Close') : t('Cancel')}</Button>
        {key && !key.isKnown && (
          <Button
            variant="primary"
            disabled={!isCompared}
            busy={add.isPending}
            onClick={() => add.mutate({ bytes }, { onSuccess: onClose })}
          >
            {t('Add the key')}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

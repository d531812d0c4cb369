import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { DesktopUpdates, StepBack } from '../../../src/processes/desktop-page.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notices.tsx';
import { formatDateTime } from '../wording/dates.ts';

/** Back to the version before the last update. */
export function StepBackTo({ updates, back }: { updates: DesktopUpdates; back: StepBack }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <p className="soft">
        {t('This version replaced {version} on {dateTime}.', {
          version: back.version,
          dateTime: formatDateTime(back.updatedAt),
        })}
      </p>
      <div>
        <Button icon="restore" onClick={() => setAsking(true)}>
          {t('Step back to {version}…', { version: back.version })}
        </Button>
      </div>
      {isAsking && <Question updates={updates} back={back} onClose={() => setAsking(false)} />}
    </>
  );
}

function Question(props: { updates: DesktopUpdates; back: StepBack; onClose: () => void }) {
  const { updates, back, onClose } = props;
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const stepBack = async () => {
    setBusy(true);
    // Where it succeeds the program ends.
    const answer = await updates.stepBack().catch(() => ({
      message: t('The program did not answer. Start it again, then try once more.'),
    }));
    setRefusal(answer?.message);
    setBusy(false);
  };
  return (
    <Dialog
      title={t('Step back to version {version}', { version: back.version })}
      onClose={onClose}
      widthPx={500}
    >
      {back.needsCopy ? (
        <Notice tone="caution">
          {t(
            'Version {version} cannot read the clinic’s database as it is now. The clinic and its passphrases go back to what they were on {dateTime}. What was saved since is kept in a copy beside it, which only the newer version can open.',
            { version: back.version, dateTime: formatDateTime(back.updatedAt) },
          )}
        </Notice>
      ) : (
        <p>
          {t('The clinic stays as it is: version {version} can read it.', {
            version: back.version,
          })}
        </p>
      )}
      {refusal && <Notice tone="error">{refusal}</Notice>}
      <div className="dialog__actions">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button variant="danger" busy={isBusy} onClick={() => void stepBack()}>
          {t('Close and step back')}
        </Button>
      </div>
    </Dialog>
  );
}

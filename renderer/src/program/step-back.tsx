import { useState } from 'react';
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
        This version replaced {back.version} on {formatDateTime(back.updatedAt)}.
      </p>
      <div>
        <Button icon="restore" onClick={() => setAsking(true)}>
          Step back to {back.version}…
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
      message: 'The program did not answer. Start it again, then try once more.',
    }));
    setRefusal(answer?.message);
    setBusy(false);
  };
  return (
    <Dialog title={`Step back to version ${back.version}`} onClose={onClose} widthPx={500}>
      {back.needsCopy ? (
        <Notice tone="caution">
          Version {back.version} cannot read the clinic’s database as it is now. The clinic and its
          passphrases go back to what they were on {formatDateTime(back.updatedAt)}. What was saved
          since is kept in a copy beside it, which only the newer version can open.
        </Notice>
      ) : (
        <p>The clinic stays as it is: version {back.version} can read it.</p>
      )}
      {refusal && <Notice tone="error">{refusal}</Notice>}
      <div className="dialog__actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="danger" busy={isBusy} onClick={() => void stepBack()}>
          Close and step back
        </Button>
      </div>
    </Dialog>
  );
}

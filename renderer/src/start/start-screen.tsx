import { useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { SessionState } from '../../../src/station/contract/index.ts';
import { Button } from '../ui/button.tsx';
import { Mark } from '../ui/icons.tsx';
import { takeAskedToRestore } from './asked-to-restore.ts';
import { CreateForm } from './create-form.tsx';
import { DemoButton, LeaveDemoButton } from './demo-buttons.tsx';
import { RecoverForm } from './recover-form.tsx';
import { RestoreForm } from './restore-form.tsx';
import { ShareNotice } from './share-notice.tsx';
import { UnlockForm } from './unlock-form.tsx';
import './start.css';

type ClosedSession = Exclude<SessionState, { state: 'unlocked' }>;
type View = 'entry' | 'create' | 'recover' | 'restore';

/** Everything before a clinic is open: create, unlock, recover, restore, or try the demo. */
export function StartScreen({ session }: { session: ClosedSession }) {
  const [view, setView] = useState<View>('entry');
  const [isRestored, setRestored] = useState(false);
  const [looksAtOnce, setLooksAtOnce] = useState(false);
  const restore = (atOnce = false) => {
    setLooksAtOnce(atOnce);
    setView('restore');
  };
  const toEntry = () => setView('entry');
  useEffect(() => {
    document.title = 'Dermaspike';
    if (takeAskedToRestore()) setView('restore');
  }, []);
  return (
    <div className="start">
      <header className="start__brand">
        <Mark /> Dermaspike
      </header>
      <main className="start__main">
        <div className="start__column">
          <ShareNotice />
          {view === 'create' ? (
            <CreateForm onBack={toEntry} />
          ) : view === 'restore' ? (
            <RestoreForm
              looksAtOnce={looksAtOnce}
              onBack={toEntry}
              onRestored={() => {
                setRestored(true);
                toEntry();
              }}
            />
          ) : session.state === 'no-clinic' ? (
            <Welcome onCreate={() => setView('create')} onRestore={() => restore()} />
          ) : session.demo ? (
            <LockedDemo />
          ) : view === 'recover' ? (
            <RecoverForm userNames={session.userNames} onBack={toEntry} />
          ) : (
            <UnlockForm
              session={session}
              isRestored={isRestored}
              onRecover={() => setView('recover')}
              onRestore={restore}
            />
          )}
        </div>
      </main>
    </div>
  );
}

function Welcome({ onCreate, onRestore }: { onCreate: () => void; onRestore: () => void }) {
  return (
    <>
      <header className="start__head">
        <h1>{t('Welcome')}</h1>
        <p>
          {t(
            'Dermaspike keeps your patients’ lesion images encrypted on this computer and reads each one as advice. Nothing leaves the machine.',
          )}
        </p>
      </header>
      <div className="start__choices">
        <section className="panel start__choice" aria-labelledby="choice-create">
          <div>
            <h2 id="choice-create">{t('Your own clinic')}</h2>
            <p>{t('An encrypted, empty database on this computer, opened by your passphrase.')}</p>
          </div>
          <Button variant="primary" onClick={onCreate}>
            {t('Create your clinic')}
          </Button>
        </section>
        <section className="panel start__choice" aria-labelledby="choice-restore">
          <div>
            <h2 id="choice-restore">{t('A clinic that was backed up')}</h2>
            <p>
              {t(
                'Brings it back on this computer, by its backup and a passphrase or the recovery key.',
              )}
            </p>
          </div>
          <Button onClick={onRestore}>{t('Restore a backup')}</Button>
        </section>
        <section className="panel start__choice" aria-labelledby="choice-demo">
          <div>
            <h2 id="choice-demo">{t('Look around first')}</h2>
            <p>
              {t('Invented patients with drawn pictures. Nothing you do there touches real data.')}
            </p>
          </div>
          <DemoButton variant="secondary">{t('Try the demo clinic')}</DemoButton>
        </section>
      </div>
    </>
  );
}

function LockedDemo() {
  return (
    <>
      <header className="start__head">
        <h1>{t('Demo clinic')}</h1>
        <p>
          {t('The demo clinic is locked. Its patients are invented and its pictures are drawn.')}
        </p>
      </header>
      <div className="form">
        <DemoButton variant="primary">{t('Open the demo clinic')}</DemoButton>
        <LeaveDemoButton />
      </div>
    </>
  );
}

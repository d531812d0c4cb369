import { useEffect, useState } from 'react';
import type { SessionState } from '../../../src/station/contract/index.ts';
import { Button } from '../ui/button.tsx';
import { Mark } from '../ui/icons.tsx';
import { CreateForm } from './create-form.tsx';
import { DemoButton, LeaveDemoButton } from './demo-buttons.tsx';
import { RecoverForm } from './recover-form.tsx';
import { UnlockForm } from './unlock-form.tsx';
import './start.css';

type ClosedSession = Exclude<SessionState, { state: 'unlocked' }>;
type View = 'entry' | 'create' | 'recover';

interface StartScreenProps {
  session: ClosedSession;
  onCreated: (clinicName: string, recoveryKey: string) => void;
}

/** Everything before a clinic is open: create, unlock, recover, or try the demo. */
export function StartScreen({ session, onCreated }: StartScreenProps) {
  const [view, setView] = useState<View>('entry');
  const toEntry = () => setView('entry');
  useEffect(() => {
    document.title = 'Dermaspike';
  }, []);
  return (
    <div className="start">
      <aside className="start__side">
        <div className="start__brand">
          <Mark /> Dermaspike
        </div>
        <div className="start__claim">
          <p className="start__promise">Every lesion, seen over time, on your own computer.</p>
          <p>
            Dermaspike keeps your patients’ lesion images encrypted on this machine, reads each one
            with a spiking neural network, and leaves the decision to you.
          </p>
        </div>
        <SpikeTrace />
      </aside>
      <main className="start__main">
        <div className="start__column">
          {view === 'create' ? (
            <CreateForm onCreated={onCreated} onBack={toEntry} />
          ) : session.state === 'no-clinic' ? (
            <Welcome onCreate={() => setView('create')} />
          ) : session.demo ? (
            <LockedDemo />
          ) : view === 'recover' ? (
            <RecoverForm userNames={session.userNames} onBack={toEntry} />
          ) : (
            <UnlockForm session={session} onRecover={() => setView('recover')} />
          )}
        </div>
      </main>
    </div>
  );
}

function Welcome({ onCreate }: { onCreate: () => void }) {
  return (
    <>
      <header className="start__head">
        <h1>Welcome</h1>
        <p>How would you like to begin?</p>
      </header>
      <div className="start__choices">
        <section className="panel start__choice" aria-labelledby="choice-create">
          <div>
            <h2 id="choice-create">Your own clinic</h2>
            <p>An encrypted, empty database on this computer, opened by your passphrase.</p>
          </div>
          <Button variant="primary" onClick={onCreate}>
            Create your clinic
          </Button>
        </section>
        <section className="panel start__choice" aria-labelledby="choice-demo">
          <div>
            <h2 id="choice-demo">Look around first</h2>
            <p>Invented patients with drawn pictures. Nothing you do there touches real data.</p>
          </div>
          <DemoButton variant="secondary">Try the demo clinic</DemoButton>
        </section>
      </div>
    </>
  );
}

function LockedDemo() {
  return (
    <>
      <header className="start__head">
        <h1>Demo clinic</h1>
        <p>The demo clinic is locked. Its patients are invented and its pictures are drawn.</p>
      </header>
      <div className="form">
        <DemoButton variant="primary">Open the demo clinic</DemoButton>
        <LeaveDemoButton />
      </div>
    </>
  );
}

/** A membrane potential that charges, fires and rests: what the network is made of. */
function SpikeTrace() {
  return (
    <svg className="start__trace" viewBox="0 0 420 96" fill="none" aria-hidden="true">
      <path d="M0 34h420" stroke="currentColor" strokeOpacity=".35" strokeDasharray="2 6" />
      <path
        d="M0 78c20 0 28-8 44-14s22-8 34-16l6-12 5-30 6 76 9-4c16 0 22-8 36-12s20 2 32-8 22-12 30-22l5-32 6 78 9-6c18 0 26-6 40-8s24-2 38-8 22-14 32-24l5-32 6 78 9-6c14 0 26-4 62-4"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinejoin="round"
      />
    </svg>
  );
}

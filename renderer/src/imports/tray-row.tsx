import { href } from '../routing/routes.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { VerdictChip } from '../ui/verdict.tsx';
import { patientName } from '../wording/patients.ts';
import { verdictOf } from '../wording/verdict.ts';
import { type ImportItem, type ImportState, importQueue } from './queue.ts';

const phaseNames: Record<Extract<ImportState, { step: 'running' }>['phase'], string> = {
  sending: 'Sending',
  checking: 'Checking the file',
  decoding: 'Opening the picture',
  reading: 'Reading with the network',
  saving: 'Saving',
};

/** One file: how far it is, or what became of it. */
export function TrayRow({ item }: { item: ImportItem }) {
  const { file, target, state } = item;
  return (
    <li className="tray__row">
      <StateIcon state={state} />
      <div className="tray__text">
        <div className="tray__name" title={file.name}>
          {file.name}
        </div>
        <div className="faint">
          <Outcome state={state} lesionText={target.lesionText} />
        </div>
      </div>
      {state.step === 'failed' && (
        <Button small icon="refresh" onClick={() => importQueue.retry(item.id)}>
          Retry
        </Button>
      )}
    </li>
  );
}

function StateIcon({ state }: { state: ImportState }) {
  if (state.step === 'running') return <span className="spinner tray__accent" />;
  if (state.step === 'waiting') return <span className="tray__waiting" />;
  const [name, tone] =
    state.step === 'failed'
      ? (['error', 'danger'] as const)
      : state.result.outcome === 'duplicate'
        ? (['copy', 'soft'] as const)
        : state.result.reading
          ? (['check', 'good'] as const)
          : (['warning', 'caution'] as const);
  return (
    <span className={`tray__${tone}`}>
      <Icon name={name} />
    </span>
  );
}

function Outcome({ state, lesionText }: { state: ImportState; lesionText: string }) {
  if (state.step === 'waiting') return <>Waiting, for {lesionText}</>;
  if (state.step === 'running') return <>{phaseNames[state.phase]}…</>;
  if (state.step === 'failed') return <span className="tray__danger">{state.message}</span>;
  const { result } = state;
  const link = href({ screen: 'image', imageId: result.image.id });
  if (result.outcome === 'duplicate')
    return (
      <>
        Already stored, nothing added: <a href={link}>{patientName(result.patient)}</a>, lesion{' '}
        {result.lesion.label}
      </>
    );
  if (!result.reading)
    return (
      <>
        <a href={link}>Stored</a>, but not read: {result.readingError?.message ?? 'no reason given'}
      </>
    );
  return (
    <span className="tray__read">
      <VerdictChip verdict={verdictOf(result.reading)} />
      <a href={link}>Open</a>
    </span>
  );
}

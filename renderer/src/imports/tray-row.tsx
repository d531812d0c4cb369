import { Trans } from '@lingui/react';
import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { VerdictChip } from '../ui/verdict.tsx';
import { patientName } from '../wording/patients.ts';
import { verdictOf } from '../wording/verdict.ts';
import { type ImportItem, type ImportState, importQueue } from './queue.ts';

const phaseNames: Record<Extract<ImportState, { step: 'running' }>['phase'], string> = {
  sending: t('Sending'),
  checking: t('Checking the file'),
  decoding: t('Opening the picture'),
  reading: t('Reading with the network'),
  saving: t('Saving'),
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
          {t('Retry')}
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
  if (state.step === 'waiting') return <>{t('Waiting, for {lesion}', { lesion: lesionText })}</>;
  if (state.step === 'running') return <>{phaseNames[state.phase]}…</>;
  if (state.step === 'failed') return <span className="tray__danger">{state.message}</span>;
  const { result } = state;
  const link = href({ screen: 'image', imageId: result.image.id });
  // biome-ignore lint/a11y/useAnchorContent: the message's words stand in it
  const components = { image: <a href={link} /> };
  if (result.outcome === 'duplicate')
    return (
      <Trans
        id="Already stored, nothing added: <image>{patient}</image>, lesion {label}"
        values={{ patient: patientName(result.patient), label: result.lesion.label }}
        components={components}
      />
    );
  if (!result.reading)
    return (
      <Trans
        id="<image>Stored</image>, but not read: {reason}"
        values={{ reason: result.readingError?.message ?? t('no reason given') }}
        components={components}
      />
    );
  return (
    <span className="tray__read">
      <VerdictChip verdict={verdictOf(result.reading)} />
      <a href={link}>{t('Open')}</a>
    </span>
  );
}

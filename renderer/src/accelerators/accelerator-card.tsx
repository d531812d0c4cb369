import { useId } from 'react';
import { t } from '../../../src/language/index.ts';
import type { AcceleratorStatus, DeviceStatus } from '../../../src/station/contract/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notices.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { acceleratorKind } from '../wording/readings.ts';
import { AttestationHistory } from './attestation-history.tsx';
import { Measures } from './measures.tsx';
import {
  attestationNames,
  checkResult,
  formatMemory,
  generationName,
  linkNames,
  stateNames,
} from './words.ts';

export function AcceleratorCard({ accelerator }: { accelerator: AcceleratorStatus }) {
  const { identity, state, detail, device } = accelerator;
  const may = useMay();
  const id = useId();
  return (
    <section className="panel accelerator-card" aria-labelledby={id}>
      <div className="accelerator-card__head">
        <h2 id={id} className="accelerator-card__name">
          <span className={`dot dot--${state}`} /> {identity.name}
        </h2>
        <span className="tag">{stateNames[state]}</span>
        {device && <AttestationTag device={device} />}
        {device && state !== 'failed' && may('accelerators.test') && (
          <TestButton accelerator={accelerator} />
        )}
      </div>
      {detail && state === 'failed' && <Notice tone="error">{detail}</Notice>}
      <Measures accelerator={accelerator} />
      <Facts accelerator={accelerator} />
      {device && <AttestationHistory attestation={device.attestation} />}
    </section>
  );
}

function AttestationTag({ device }: { device: DeviceStatus }) {
  const { state } = device.attestation;
  const tone = state === 'attested' ? 'tag--accent' : 'tag--caution';
  return <span className={`tag ${tone}`}>{attestationNames[state]}</span>;
}

function TestButton({ accelerator: { id, identity } }: { accelerator: AcceleratorStatus }) {
  const test = useStationCommand('accelerators.test');
  const run = () =>
    test.mutate(
      { acceleratorId: id },
      {
        onSuccess: (check) => showToast(`${identity.name}: ${checkResult(check)}.`),
        onError: showErrorToast,
      },
    );
  return (
    <Button
      small
      busy={test.isPending}
      onClick={run}
      aria-label={t('Test {name}', { name: identity.name })}
    >
      {t('Test')}
    </Button>
  );
}

function Facts({ accelerator }: { accelerator: AcceleratorStatus }) {
  const { identity, networkName, device, state, detail } = accelerator;
  return (
    <dl className="facts">
      <dt>{t('Kind')}</dt>
      <dd>{acceleratorKind[identity.kind]}</dd>
      {device && (
        <>
          <dt>{t('Link')}</dt>
          <dd>{linkNames[device.link]}</dd>
          <dt>{t('Serial number')}</dt>
          <dd>{device.serial || t('None')}</dd>
        </>
      )}
      <dt>{device ? t('Firmware') : t('Version')}</dt>
      <dd>{device?.firmware ?? identity.version}</dd>
      {device && (
        <>
          <dt>{t('Generation')}</dt>
          <dd>{generationName(device.generation)}</dd>
          {device.memoryKib > 0 && (
            <>
              <dt>{t('Memory')}</dt>
              <dd>{formatMemory(device.memoryKib)}</dd>
            </>
          )}
        </>
      )}
      <dt>{t('Network')}</dt>
      <dd>{networkName ?? t('None loaded')}</dd>
      {detail && state !== 'failed' && (
        <>
          <dt>{t('Detail')}</dt>
          <dd>{detail}</dd>
        </>
      )}
    </dl>
  );
}

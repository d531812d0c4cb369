import { locale, t } from '../../../src/language/index.ts';
import type { AcceleratorStatus, DeviceStatus } from '../../../src/station/contract/index.ts';
import { Measure } from '../ui/measure.tsx';
import { fixedText } from '../wording/numbers.ts';
import { formatMs } from '../wording/readings.ts';
import { formatEnergy } from './words.ts';

/** The figures of an accelerator, each with how it was come by. */
export function Measures({ accelerator }: { accelerator: AcceleratorStatus }) {
  const { imagesPerSecond, medianMs, completed, device } = accelerator;
  return (
    <dl className="measures">
      <Measure
        title={t('Images read')}
        value={completed.toLocaleString(locale())}
        origin={device ? t('since it was attached') : t('since the start')}
      />
      <Measure
        title={t('Images per second')}
        value={
          imagesPerSecond === null
            ? undefined
            : fixedText(imagesPerSecond, imagesPerSecond < 10 ? 1 : 0)
        }
        origin={t('last half minute')}
        missing={t('None lately')}
      />
      <Measure
        title={t('Time per image')}
        value={medianMs === null ? undefined : formatMs(medianMs)}
        origin={t('median, all views')}
        missing={t('Not known yet')}
      />
      {device && <DeviceMeasures device={device} />}
    </dl>
  );
}

function DeviceMeasures({ device }: { device: DeviceStatus }) {
  const { energyPerImage, power, temperatureC } = device;
  return (
    <>
      <Measure
        title={t('Energy per image')}
        value={energyPerImage ? formatEnergy(energyPerImage.mj) : undefined}
        origin={energyPerImage?.basis === 'measured' ? t('measured') : t('estimated: power × time')}
      />
      <Measure
        title={t('Power')}
        value={power ? `${power.mw.toLocaleString(locale())} mW` : undefined}
        origin={power ? t('sampled every {periodMs} ms', { periodMs: power.periodMs }) : undefined}
      />
      <Measure
        title={t('Temperature')}
        value={temperatureC === null ? undefined : `${fixedText(temperatureC, 1)} °C`}
      />
    </>
  );
}

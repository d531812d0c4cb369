import type { AcceleratorStatus, DeviceStatus } from '../../../src/station/contract/index.ts';
import { Measure } from '../ui/measure.tsx';
import { formatMs } from '../wording/readings.ts';
import { formatEnergy } from './words.ts';

/** The figures of an accelerator, each with how it was come by. */
export function Measures({ accelerator }: { accelerator: AcceleratorStatus }) {
  const { imagesPerSecond, medianMs, completed, device } = accelerator;
  return (
    <dl className="measures">
      <Measure
        title="Images read"
        value={completed.toLocaleString()}
        origin={device ? 'since it was attached' : 'since the start'}
      />
      <Measure
        title="Images per second"
        value={imagesPerSecond?.toFixed(imagesPerSecond < 10 ? 1 : 0)}
        origin="last half minute"
        missing="None lately"
      />
      <Measure
        title="Time per image"
        value={medianMs === null ? undefined : formatMs(medianMs)}
        origin="median, all views"
        missing="Not known yet"
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
        title="Energy per image"
        value={energyPerImage ? formatEnergy(energyPerImage.mj) : undefined}
        origin={energyPerImage?.basis === 'measured' ? 'measured' : 'estimated: power × time'}
      />
      <Measure
        title="Power"
        value={power ? `${power.mw.toLocaleString()} mW` : undefined}
        origin={power ? `sampled every ${power.periodMs} ms` : undefined}
      />
      <Measure
        title="Temperature"
        value={temperatureC === null ? undefined : `${temperatureC.toFixed(1)} °C`}
      />
    </>
  );
}

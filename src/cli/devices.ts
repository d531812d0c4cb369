import { discoveries } from '../../native-bridge/discovery/all.ts';
import type { Candidate } from '../../native-bridge/discovery/discovery.ts';
import { readSettings } from '../../native-bridge/shared/settings.ts';
import { dataFolder } from '../processes/data-folder.ts';
import { type Command, describeError, parseOptions } from './command.ts';
import { greet } from './greet.ts';

interface ListedDevice {
  readonly id: string;
  readonly link: string;
  readonly label: string;
  readonly device: string;
  readonly serial: string;
  readonly firmware: string;
  readonly generation: string;
  readonly memoryKib: number;
  readonly state: string;
  readonly temperatureC: number | null;
  readonly powerMw: number | null;
}

interface ListedObstacle {
  readonly id: string;
  readonly link: string | null;
  readonly label: string;
  readonly problem: string;
  readonly remedy: string;
}

export const devicesCommand: Command = {
  name: 'devices',
  summary: 'Lists the accelerators that are attached, and what keeps others from being used.',
  usage: '[--data DIR] [--json]',
  options: [
    '  --data DIR  folder with accelerators.json; the usual place, if not given',
    '  --json      {devices, obstacles} on stdout',
  ],
  async run(args, terminal) {
    const { data, json } = parseOptions(args, {
      data: { type: 'string' },
      json: { type: 'boolean' },
    });
    const folder = dataFolder(data);
    const findings = await Promise.all(
      discoveries(() => readSettings(folder)).map((discovery) => discovery.find()),
    );
    const obstacles: ListedObstacle[] = findings.flatMap((found) => found.obstacles);
    const devices: ListedDevice[] = [];
    for (const candidate of findings.flatMap((found) => found.candidates)) {
      const listed = await examine(candidate);
      if ('problem' in listed) obstacles.push(listed);
      else devices.push(listed);
    }
    if (json) terminal.out(JSON.stringify({ devices, obstacles }));
    else for (const line of lines(devices, obstacles)) terminal.out(line);
    return obstacles.length > 0 ? 1 : 0;
  },
};

async function examine(candidate: Candidate): Promise<ListedDevice | ListedObstacle> {
  const { id, link, label } = candidate;
  try {
    const { hello, telemetry } = await greet(candidate);
    const { vendor, product, serial, firmware, generation, memoryKib } = hello;
    const { state, temperatureCentiC, powerMw } = telemetry;
    return {
      id,
      link,
      label,
      device: `${vendor} ${product}`,
      serial,
      firmware,
      generation,
      memoryKib,
      state,
      temperatureC: temperatureCentiC === undefined ? null : temperatureCentiC / 100,
      powerMw: powerMw ?? null,
    };
  } catch (error) {
    const remedy = 'Close the workstation if it uses the device; check the cable and the firmware.';
    return { id, link, label, problem: describeError(error).message, remedy };
  }
}

function lines(devices: readonly ListedDevice[], obstacles: readonly ListedObstacle[]): string[] {
  const found = devices.map(({ link, device, serial, firmware, generation, state, ...more }) => {
    const measured = [
      more.temperatureC === null ? undefined : `${more.temperatureC.toFixed(1)} °C`,
      more.powerMw === null ? undefined : `${more.powerMw} mW`,
    ].filter((part) => part !== undefined);
    const facts = [link, `serial ${serial}`, `firmware ${firmware}`, generation, state];
    return `ok    ${device}: ${[...facts, ...measured].join(', ')}`;
  });
  const blocked = obstacles.map(
    ({ label, problem, remedy }) => `FAIL  ${label}: ${problem}\n      What to do: ${remedy}`,
  );
  const all = [...found, ...blocked];
  return all.length > 0 ? all : ['No accelerator is attached; the emulator reads.'];
}

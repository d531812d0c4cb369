import { existsSync } from 'node:fs';
import { BridgeClient } from '../../../native-bridge/client/client.ts';
import type { Discovery } from '../../../native-bridge/discovery/discovery.ts';
import { HidDiscovery } from '../../../native-bridge/discovery/hid.ts';
import { PcieDiscovery } from '../../../native-bridge/discovery/pcie.ts';
import { UsbDiscovery } from '../../../native-bridge/discovery/usb.ts';
import { readSettings } from '../../../native-bridge/shared/settings.ts';
import { loadShippedModel, shippedModelFolder } from '../../clinic/model.ts';
import { NodeHost } from '../../processes/node-host.ts';
import { describeError } from '../command.ts';
import { readGoldenCases } from '../golden.ts';
import { greet } from '../greet.ts';
import { type Check, fine, problem, reinstall } from './check.ts';

/**
 * The network's files, what runs them, and the devices that are attached.
 * @param folder of the clinic's data, which holds `accelerators.json`.
 */
export const acceleratorChecks = (folder: string): readonly Check[] => [
  {
    title: 'Network',
    remedy: reinstall,
    run: () => {
      const { name, sha256, head, inputSizePx } = loadShippedModel();
      const size = `${inputSizePx} × ${inputSizePx} px`;
      return fine(
        `${name}, ${size}, ${head.classes.length} classes, SHA-256 ${sha256.slice(0, 16)}…, ` +
          'as its card and head say',
      );
    },
  },
  {
    title: 'Emulator',
    remedy: reinstall,
    run: selfTest,
  },
  {
    title: 'Settings of the accelerators',
    remedy: reinstall,
    run: () => {
      const { file, obstacle } = readSettings(folder);
      if (obstacle) return problem(obstacle.problem, obstacle.remedy);
      return fine(existsSync(file) ? `${file} is followed` : `the defaults; there is no ${file}`);
    },
  },
  {
    title: 'USB accelerators',
    remedy: reinstall,
    run: () => examine(new UsbDiscovery(() => readSettings(folder).settings.usb)),
  },
  {
    title: 'HID accelerators',
    remedy: reinstall,
    run: () => examine(new HidDiscovery(() => readSettings(folder).settings.hid)),
  },
  {
    title: 'PCIe accelerators',
    remedy: reinstall,
    run: () =>
      examine(new PcieDiscovery({ python: () => readSettings(folder).settings.akidaPython })),
  },
];

/** Says HELLO to each device that is found, and names the first thing that is in the way. */
async function examine(discovery: Discovery) {
  const { candidates, obstacles } = await discovery.find();
  const [obstacle] = obstacles;
  if (obstacle) return problem(`${obstacle.label}: ${obstacle.problem}`, obstacle.remedy);
  const firmwares: string[] = [];
  for (const candidate of candidates) {
    try {
      const { hello } = await greet(candidate);
      firmwares.push(`${candidate.label}, firmware ${hello.firmware}`);
    } catch (error) {
      return problem(
        `${candidate.label}: ${describeError(error).message}`,
        'Close the workstation if it uses the device; check the cable and the firmware.',
      );
    }
  }
  return fine(firmwares.length > 0 ? firmwares.join('; ') : 'none attached');
}

/** Runs the golden images through a bridge of its own and compares every spike count. */
async function selfTest() {
  const model = loadShippedModel();
  const cases = readGoldenCases(shippedModelFolder);
  const bridge = new BridgeClient(new NodeHost());
  try {
    await bridge.load(model);
    const durationsMs: number[] = [];
    let name = '';
    for (const { name: caseName, image, counts } of cases) {
      const result = await bridge.infer(model.sha256, image);
      const wrong = counts.filter((count, at) => result.spikeCounts[at] !== count).length;
      if (wrong > 0 || result.spikeCounts.length !== counts.length)
        return problem(
          `the golden image "${caseName}" gives ${wrong} wrong spike counts of ${counts.length}`,
          `${reinstall} If it stays so, do not use the readings of this computer.`,
        );
      durationsMs.push(result.durationMs);
      name = `${result.accelerator.name} ${result.accelerator.version}`;
    }
    const fastestMs = Math.min(...durationsMs).toFixed(1);
    return fine(
      `${name}: ${cases.length} golden images right to the bit, ${fastestMs} ms an image`,
    );
  } finally {
    bridge.close();
  }
}

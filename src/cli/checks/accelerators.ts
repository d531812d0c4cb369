import { BridgeClient } from '../../../native-bridge/client.ts';
import { loadShippedModel, shippedModelFolder } from '../../clinic/model.ts';
import { NodeHost } from '../../processes/node-host.ts';
import { readGoldenCases } from '../golden.ts';
import { type Check, fine, problem, reinstall } from './check.ts';

/** The network's files, what runs them, and the libraries that find devices. */
export const acceleratorChecks: readonly Check[] = [
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
    title: 'USB devices',
    remedy: `${reinstall} Without it the emulator is used.`,
    run: async () => {
      const { getDeviceList } = await import('usb');
      return fine(`the library works; ${getDeviceList().length} devices of any kind`);
    },
  },
  {
    title: 'HID devices',
    remedy: `${reinstall} Without it the emulator is used.`,
    run: async () => {
      const { devicesAsync } = await import('node-hid');
      return fine(`the library works; ${(await devicesAsync()).length} devices of any kind`);
    },
  },
];

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

import { readFileSync } from 'node:fs';
import { joinedByteLinks } from '../../../native-bridge/links/memory.ts';
import {
  VirtualDevice,
  type VirtualDeviceOptions,
} from '../../../native-bridge/virtual-device/device.ts';
import {
  type WireNetwork,
  WireSession,
  type WireTimeouts,
} from '../../../native-bridge/wire/session.ts';
import { createEngine, elementCount, readNetwork } from '../../../src/snn/index.ts';

const file = readFileSync(new URL('../../snn/vectors/input_conv_gap.onnx', import.meta.url));
const read = readNetwork(file);
const reference = createEngine('reference', read);

/** A network of a few kilobytes. */
export const network: WireNetwork = {
  name: 'input_conv_gap',
  sha256: read.sha256,
  file: new Uint8Array(file),
};
export const imageBytes: number = elementCount(read.input.shape);

/** An image that differs from every other number's. */
export function image(number: number): Uint8Array {
  return Uint8Array.from({ length: imageBytes }, (_, at) => at * (2 * number + 1) + number * 7);
}

/** What the definition of the network gives. */
export function expected(of: Uint8Array): Int32Array {
  return reference.run(of).spikeCounts;
}

/** Where the test waits for silence. */
export const shortTimeouts: WireTimeouts = {
  helloMs: 250,
  loadMs: 250,
  commitMs: 300,
  inferMs: 300,
  telemetryMs: 250,
  selfTestMs: 300,
  resetMs: 250,
};

/** Where no answer may be missed, however busy the machine is. */
export const patientTimeouts: WireTimeouts = {
  helloMs: 20_000,
  loadMs: 20_000,
  commitMs: 20_000,
  inferMs: 20_000,
  telemetryMs: 20_000,
  selfTestMs: 20_000,
  resetMs: 20_000,
};

/** A session with a virtual device, joined in memory. */
export function connect(
  options: VirtualDeviceOptions = {},
  timeouts: WireTimeouts = patientTimeouts,
): Promise<WireSession> {
  const [host, device] = joinedByteLinks();
  new VirtualDevice(device, options);
  return WireSession.open(host, timeouts);
}

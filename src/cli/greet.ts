import type { Candidate } from '../../native-bridge/discovery/discovery.ts';
import type { DeviceHello, DeviceTelemetry } from '../../native-bridge/wire/messages.ts';
import { WireSession } from '../../native-bridge/wire/session.ts';

export interface Greeted {
  readonly hello: DeviceHello;
  readonly telemetry: DeviceTelemetry;
}

/** Says HELLO to a device and asks how it is. @throws BridgeError, WireError */
export async function greet(candidate: Candidate): Promise<Greeted> {
  const session = await WireSession.open(await candidate.open(), candidate.timeouts);
  try {
    return { hello: session.device, telemetry: await session.telemetry() };
  } finally {
    session.close();
  }
}

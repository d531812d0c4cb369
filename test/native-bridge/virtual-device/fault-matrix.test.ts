import { describe, expect, it } from 'vitest';
import {
  type FaultName,
  faultNames,
  type RequestName,
  requestNames,
} from '../../../native-bridge/virtual-device/faults.ts';
import { WireError, type WireErrorCode } from '../../../native-bridge/wire/errors.ts';
import type { WireSession } from '../../../native-bridge/wire/session.ts';
import {
  connect,
  expected,
  image,
  network,
  patientTimeouts,
  shortTimeouts,
} from './bench-setup.ts';

/** What the request that is struck may end in: done rightly, or one of these errors. */
type Outcome = 'done' | WireErrorCode;

/** With the fault always there. Cells that differ from the row are named beside it. */
const matrix: Readonly<
  Record<FaultName, { always: Outcome[]; except?: Partial<Record<RequestName, Outcome[]>> }>
> = {
  unplug: { always: ['link-closed'], except: { cancel: ['cancelled'] } },
  stall: { always: ['timeout'], except: { cancel: ['cancelled'] } },
  garbage: { always: ['done'], except: { cancel: ['cancelled'] } },
  // A damaged header says nothing of its request, so the answer is missed; RESET is asked for once.
  'wrong-crc': {
    always: ['answer-damaged', 'timeout'],
    except: { cancel: ['cancelled'], infer: ['answer-damaged', 'timeout'] },
  },
  duplicate: { always: ['done'], except: { cancel: ['cancelled'] } },
  reorder: { always: ['done'], except: { cancel: ['cancelled'] } },
  slow: { always: ['timeout'], except: { cancel: ['cancelled'] } },
  stuck: { always: ['timeout'], except: { cancel: ['cancelled'] } },
  overheated: { always: ['overheated'], except: { cancel: ['cancelled'] } },
  'out-of-memory': { always: ['out-of-memory'], except: { cancel: ['cancelled'] } },
  // Silence, then "HELLO first"; a load begins anew until it gives up.
  reboot: { always: ['timeout', 'not-ready'], except: { cancel: ['cancelled'] } },
  // In a sound frame: what it means is another matter, and attestation's.
  'flipped-bit': {
    always: [
      'done',
      'answer-invalid',
      'limits-invalid',
      'transfer-unknown',
      'timeout',
      'link-noisy',
    ],
    except: { cancel: ['cancelled'] },
  },
};

/** Faults after which the same request must succeed when they strike once only. */
const recoverable: readonly FaultName[] = ['garbage', 'wrong-crc', 'duplicate', 'reorder'];
/** Faults that leave silence, so that the test has to wait it out. */
const silent: readonly FaultName[] = [
  'stall',
  'slow',
  'stuck',
  'reboot',
  'wrong-crc',
  'flipped-bit',
];

/** Does the request that the fault strikes, on a session that has got that far. */
const requests: Readonly<
  Record<Exclude<RequestName, 'hello'>, (session: WireSession) => Promise<unknown>>
> = {
  'load-begin': (session) => session.load(network),
  'load-chunk': (session) => session.load(network),
  'load-commit': (session) => session.load(network),
  infer: async (session) => {
    await session.load(network);
    return inferRightly(session);
  },
  cancel: async (session) => {
    await session.load(network);
    const abort = new AbortController();
    const running = session.infer(network.sha256, [image(1)], abort.signal);
    abort.abort();
    await running;
  },
  telemetry: (session) => session.telemetry(),
  'self-test': (session) => session.selfTest(),
  reset: (session) => session.reset(),
};

async function inferRightly(session: WireSession): Promise<void> {
  const images = [image(1), image(2), image(3)];
  const { spikeCounts } = await session.infer(network.sha256, images);
  expect(spikeCounts).toEqual(images.map(expected));
}

async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
}

async function strike(name: FaultName, during: RequestName, seed: number, times?: number) {
  const fault = { name, during, seed, slowMs: 2_000, ...(times !== undefined && { times }) };
  const opening = connect({ fault }, silent.includes(name) ? shortTimeouts : patientTimeouts);
  if (during === 'hello') return { session: undefined, outcome: await outcomeOf(opening) };
  const session = await opening;
  return { session, outcome: await outcomeOf(requests[during](session)) };
}

describe.concurrent.each(faultNames)('a device with the fault "%s"', (name) => {
  // The flipped bit of a result is found by no checksum; it has a test of its own below.
  const struck = requestNames.filter((during) => name !== 'flipped-bit' || during !== 'infer');
  it.each(struck)('during %s: one typed outcome, in bounded time', async (during) => {
    const { session, outcome } = await strike(name, during, 3);
    const { always, except } = matrix[name];
    expect(except?.[during] ?? always).toContain(outcome);
    session?.close();
  });
});

describe.concurrent.each(recoverable)('a device with the fault "%s" once', (name) => {
  it.each(requestNames)('during %s: the work gets done all the same', async (during) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { session, outcome } = await strike(name, during, seed, 1);
      if (during === 'cancel') expect(outcome).toBe('cancelled');
      // A damaged header leaves silence, in which neither of these is sent again.
      else if (name === 'wrong-crc' && (during === 'infer' || during === 'reset'))
        expect(['done', 'answer-damaged', 'timeout']).toContain(outcome);
      else expect(outcome).toBe('done');
      if (session && during !== 'reset') {
        await session.load(network);
        await inferRightly(session);
      }
      session?.close();
    }
  });
});

describe('a fault', () => {
  it('of one flipped result bit is a different number in a sound frame', async () => {
    const fault = { name: 'flipped-bit', during: 'infer', after: 1, times: 1 } as const;
    const session = await connect({ fault });
    await session.load(network);
    await inferRightly(session);
    const { spikeCounts } = await session.infer(network.sha256, [image(1)]);
    const wrong = expected(image(1)).filter((count, at) => count !== spikeCounts[0]?.[at]);
    expect(wrong).toHaveLength(1);
    await inferRightly(session);
    session.close();
  });

  it('of a restart in the middle of LOAD costs the load a second beginning, no more', async () => {
    const fault = { name: 'reboot', during: 'load-chunk', after: 1, times: 1 } as const;
    const session = await connect(
      { fault, maxPayloadBytes: 1024 },
      { ...patientTimeouts, loadMs: 1_000 },
    );
    expect(await session.load(network)).toMatchObject({ spikeCount: expect.any(Number) });
    await inferRightly(session);
    session.close();
  });

  it('of heat is told by an event too, once', async () => {
    const session = await connect({ fault: { name: 'overheated', during: 'infer' } });
    const states: string[] = [];
    session.onTelemetry(({ state }) => states.push(state));
    await session.load(network);
    for (const each of [image(1), image(2)])
      await expect(session.infer(network.sha256, [each])).rejects.toMatchObject({
        code: 'overheated',
      });
    expect(states).toEqual(['overheated']);
    expect(await session.telemetry()).toMatchObject({ temperatureCentiC: 11_000 });
    session.close();
  });
});

import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { BridgeClient } from '../../../native-bridge/client/client.ts';
import { readGoldenCases } from '../../../src/cli/golden.ts';
import { loadShippedModel, shippedModelFolder } from '../../../src/clinic/model.ts';
import type { HostedProcess, ProcessHost } from '../../../src/processes/host.ts';
import { NodeHost } from '../../../src/processes/node-host.ts';

/** The real bridge process, the real emulator threads, the shipped network. */
const model = loadShippedModel();
const cases = readGoldenCases(shippedModelFolder);

/** Real child processes, observed. */
class WatchedHost implements ProcessHost {
  readonly processes: HostedProcess[] = [];
  readonly #host = new NodeHost();
  /** Called with each image that is handed to a bridge, after it was. */
  onImage: (image: Uint8Array, bridge: HostedProcess) => void = () => {};

  spawn(name: 'bridge'): HostedProcess {
    const bridge = this.#host.spawn(name);
    this.processes.push(bridge);
    const { link } = bridge;
    const send = (message: unknown) => {
      link.send(message);
      const { input } = message as { input?: { image?: Uint8Array } };
      if (input?.image) this.onImage(input.image, bridge);
    };
    return { ...bridge, link: { ...link, send } };
  }
}

let client: BridgeClient | undefined;

afterEach(() => client?.close());

async function start(host = new WatchedHost()) {
  client = new BridgeClient(host, { firstPauseMs: 1 });
  await client.load(model);
  return { client, host };
}

async function counts(bridge: BridgeClient, image: Uint8Array): Promise<number[]> {
  const { spikeCounts, accelerator, durationMs } = await bridge.infer(model.sha256, image);
  expect(accelerator).toMatchObject({ kind: 'emulator', name: 'Emulator (SIMD engine)' });
  expect(durationMs).toBeGreaterThan(0);
  return [...spikeCounts];
}

describe('the bridge process', () => {
  it('gives the shipped network’s golden spike counts', async () => {
    const { client } = await start();
    expect(await client.load(model)).toEqual({
      inputShape: [3, model.inputSizePx, model.inputSizePx],
      spikeCount: 256,
      macs: expect.any(Number),
    });
    for (const { image, counts: expected } of cases)
      expect(await counts(client, image)).toEqual(expected);
  });

  it('answers each of many images once and rightly when it is killed with all of them in flight', async () => {
    const { client, host } = await start();
    const work = Array.from({ length: 24 }, (_, i) => cases[i % cases.length]).filter((c) => !!c);
    let answered = 0;
    const all = work.map(({ image }) =>
      counts(client, image).finally(() => {
        answered++;
        if (answered === 3) host.processes[0]?.kill();
      }),
    );
    const results = await Promise.all(all);
    expect(results).toEqual(work.map(({ counts: expected }) => expected));
    expect(answered).toBe(work.length);
    expect(host.processes).toHaveLength(2);
    expect(await host.processes[0]?.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  it('fails the image whose reading is killed twice; the others are read', async () => {
    const { client, host } = await start();
    const poison = new Uint8Array(3 * model.inputSizePx ** 2).fill(66);
    host.onImage = (image, bridge) => {
      if (image[0] === 66 && image[1] === 66 && image[2] === 66) bridge.kill();
    };
    const before = cases.map(({ image }) => counts(client, image));
    const killed = client.infer(model.sha256, poison);
    const after = cases.map(({ image }) => counts(client, image));
    await expect(killed).rejects.toMatchObject({ code: 'accelerator-failed' });
    const expected = cases.map((each) => each.counts);
    expect(await Promise.all(before)).toEqual(expected);
    expect(await Promise.all(after)).toEqual(expected);
    expect(host.processes).toHaveLength(3);
  });

  it('refuses a network file with a flipped byte, whether its hash gives it away or not', async () => {
    const client = new BridgeClient(new NodeHost());
    try {
      const file = new Uint8Array(model.file);
      const middle = file.length >> 1;
      file[middle] = (file[middle] ?? 0) ^ 0x10;
      await expect(client.load({ ...model, file })).rejects.toMatchObject({
        code: 'model-invalid',
        message: expect.stringContaining(model.name),
      });
      const cut = model.file.subarray(0, middle);
      const sha256 = createHash('sha256').update(cut).digest('hex');
      await expect(client.load({ name: 'cut in half', file: cut, sha256 })).rejects.toMatchObject({
        code: 'model-invalid',
        message: expect.stringContaining('The network cut in half cannot be run'),
      });
    } finally {
      client.close();
    }
  });

  it('ends with the program that started it', async () => {
    const { client, host } = await start();
    client.close();
    await host.processes[0]?.exited;
  });
});

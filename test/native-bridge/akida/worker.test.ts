import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WireAccelerator } from '../../../native-bridge/accelerators/wire-accelerator.ts';
import { openPipe } from '../../../native-bridge/links/pipe.ts';
import { WireSession } from '../../../native-bridge/wire/session.ts';
import { productRoot } from '../../../src/processes/dist.ts';
import {
  expected,
  image,
  imageBytes,
  network,
  patientTimeouts,
} from '../virtual-device/bench-setup.ts';
import { InThreadEmulator } from '../virtual-device/in-thread-emulator.ts';

const runtime = path.join(import.meta.dirname, 'runtime');
const worker = path.join(productRoot, 'native-bridge', 'akida-runtime', 'worker.py');
const python = spawnSync('python3', ['--version']).status === 0;
if (!python) process.stderr.write('Skipped: the worker of BrainChip’s runtime. Install python3.\n');

/** The worker, with our stand-in for the runtime in its way, or with none. */
function openWorker(ways = '', modules: string | undefined = runtime, board = 0) {
  const { PYTHONPATH: _, ...env } = process.env;
  return openPipe({
    program: 'python3',
    args: [worker, '--board', String(board)],
    env: {
      ...env,
      PYTHONDONTWRITEBYTECODE: '1',
      FAKE_AKIDA: ways,
      ...(modules && { PYTHONPATH: modules }),
    },
  });
}

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function session(ways?: string) {
  const opened = await WireSession.open(openWorker(ways), patientTimeouts);
  open.push(opened);
  return opened;
}

async function attach(ways?: string) {
  const accelerator = await WireAccelerator.attach(openWorker(ways), {
    reference: new InThreadEmulator(),
    timeouts: patientTimeouts,
    link: 'pcie',
  });
  open.push(accelerator);
  return accelerator;
}

describe.skipIf(!python)('the worker of BrainChip’s runtime', () => {
  it('is attested to the bit, and tells measured energy', async () => {
    const accelerator = await attach();
    expect(accelerator.describe().identity).toEqual({
      kind: 'device',
      name: 'BrainChip AKD1500',
      version: 'runtime fake',
    });
    await accelerator.load(network);
    const images = Array.from({ length: 40 }, (_, number) => image(number));
    const batch = { networkSha256: network.sha256, images };
    const results = await accelerator.infer(batch, new AbortController().signal);
    expect(results.map(({ spikeCounts }) => spikeCounts)).toEqual(images.map(expected));
    expect(accelerator.status()).toMatchObject({
      link: 'pcie',
      generation: 'akida-2',
      serial: 'board 0',
      energyPerImage: { basis: 'measured', mj: expect.any(Number) },
    });
  });

  it('is set aside when the board miscounts', async () => {
    const accelerator = await attach('wrong');
    await expect(accelerator.load(network)).rejects.toMatchObject({ code: 'accelerator-failed' });
    expect(accelerator.telemetry().isInexact).toBe(true);
  });

  it('keeps what the runtime prints away from the frames', async () => {
    const accelerator = await attach('noisy');
    await accelerator.load(network);
    expect(accelerator.telemetry().state).toBe('ready');
  });

  it('refuses a board of the other generation, which then reads nothing', async () => {
    const accelerator = await attach('v1');
    await expect(accelerator.load(network)).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('Akida 1.0'),
    });
    expect(accelerator.telemetry().state).toBe('ready');
    const direct = await session('v1');
    await expect(direct.load(network)).rejects.toMatchObject({ code: 'generation-wrong' });
  });

  it('says when a network does not fit, or cannot be converted', async () => {
    await expect((await session('small')).load(network)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('not enough NPs'),
    });
    const { createHash } = await import('node:crypto');
    const file = new TextEncoder().encode('no network');
    const sha256 = createHash('sha256').update(file).digest('hex');
    await expect((await session()).load({ name: 'x', sha256, file })).rejects.toMatchObject({
      code: 'network-invalid',
    });
  });

  it('says what to do where the runtime or the board is missing', async () => {
    await expect(
      WireSession.open(openWorker('', '/nonexistent'), patientTimeouts),
    ).rejects.toMatchObject({
      code: 'device-failed',
      message: expect.stringMatching(/lacks BrainChip's runtime .*akida.*Install akida/),
    });
    await expect(WireSession.open(openWorker('none'), patientTimeouts)).rejects.toMatchObject({
      code: 'device-failed',
      message: expect.stringContaining('finds 0 boards'),
    });
    await expect(
      WireSession.open(openWorker('', runtime, 1), patientTimeouts),
    ).rejects.toMatchObject({ message: expect.stringContaining('no number 1') });
  });

  it('keeps to the protocol: telemetry, self-test, reset, cancellation, wrong images', async () => {
    const direct = await session();
    await expect(direct.infer(network.sha256, [image(1)])).rejects.toMatchObject({
      code: 'network-unknown',
    });
    await direct.load(network);
    await direct.load(network);
    expect((await direct.infer(network.sha256, [image(1)])).spikeCounts).toEqual([
      expected(image(1)),
    ]);
    expect(await direct.telemetry()).toMatchObject({
      state: 'idle',
      window: 2,
      powerMw: 910,
      powerPeriodMs: 141,
      imagesDone: 1,
    });
    expect(await direct.selfTest()).toMatchObject({ passed: true });
    await expect(
      direct.infer(network.sha256, [new Uint8Array(imageBytes - 1)]),
    ).rejects.toMatchObject({ code: 'image-invalid' });
    const cancel = new AbortController();
    const cancelled = [1, 2, 3].map((number) =>
      direct.infer(network.sha256, [image(number)], cancel.signal),
    );
    cancel.abort();
    for (const each of cancelled) await expect(each).rejects.toMatchObject({ code: 'cancelled' });
    expect((await direct.infer(network.sha256, [image(2)])).spikeCounts).toHaveLength(1);
    await direct.reset();
    await expect(direct.infer(network.sha256, [image(1)])).rejects.toMatchObject({
      code: 'network-unknown',
    });
  });
});

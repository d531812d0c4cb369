import { describe, expect, it } from 'vitest';
import { Emulator } from '../../../native-bridge/accelerators/emulator.ts';
import { WireAccelerator } from '../../../native-bridge/accelerators/wire-accelerator.ts';
import { openPipe } from '../../../native-bridge/links/pipe.ts';
import { WireSession } from '../../../native-bridge/wire/session.ts';
import { readGoldenCases } from '../../../src/cli/golden.ts';
import { loadShippedModel, shippedModelFolder } from '../../../src/clinic/model.ts';
import { distFile } from '../../../src/processes/dist.ts';
import { runCli } from '../../cli/run-cli.ts';
import { image, network } from './bench-setup.ts';
import { InThreadEmulator } from './in-thread-emulator.ts';

/** `npm run -s cli -- virtual-device …`, as another program would start it. */
function startDevice(...args: string[]) {
  return openPipe({
    program: process.execPath,
    args: [distFile('cli.mjs'), 'virtual-device', ...args],
  });
}

const patient = { helloMs: 20_000, inferMs: 20_000 };

describe('the virtual device as a program', () => {
  it('runs the shipped network, loaded through the pipe, and is attested', async () => {
    const model = loadShippedModel();
    const device = startDevice('--serial', 'P1');
    const reference = new Emulator({ threads: 1 });
    const accelerator = await WireAccelerator.attach(device, { reference, timeouts: patient });
    try {
      const { id } = accelerator.describe();
      expect(id).toBe('wire:Dermaspike:Virtual accelerator:P1');
      await accelerator.load(model);
      const cases = readGoldenCases(shippedModelFolder);
      const batch = { networkSha256: model.sha256, images: cases.map((each) => each.image) };
      const results = await accelerator.infer(batch, new AbortController().signal);
      expect(results.map(({ spikeCounts }) => [...spikeCounts])).toEqual(
        cases.map(({ counts }) => counts),
      );
    } finally {
      await accelerator.close();
      await reference.close();
    }
  });

  it('flips a bit of a result when it is told to', async () => {
    const device = startDevice('--fault', 'flipped-bit');
    const reference = new InThreadEmulator();
    const accelerator = await WireAccelerator.attach(device, { reference, timeouts: patient });
    await expect(accelerator.load(network)).rejects.toMatchObject({ code: 'accelerator-failed' });
    expect(accelerator.telemetry().detail).toMatch(/not identical/);
  });

  it('ends in the middle of an answer when it is told to', async () => {
    const session = await WireSession.open(startDevice('--fault', 'unplug'), patient);
    await session.load(network);
    await expect(session.infer(network.sha256, [image(1)])).rejects.toMatchObject({
      code: 'link-closed',
      message: expect.stringContaining('ended with code 0'),
    });
  });

  it('that does not exist is a link that closes', async () => {
    const link = openPipe({ program: '/nonexistent/device', args: [] });
    await expect(WireSession.open(link)).rejects.toMatchObject({
      code: 'link-closed',
      message: expect.stringContaining('did not start'),
    });
  });

  it.each([
    ['an unknown fault', ['--fault', 'gremlins']],
    ['an unknown request', ['--fault', 'stuck', '--during', 'lunch']],
    ['a moment without a fault', ['--during', 'infer']],
    ['a number that is none', ['--fault', 'unplug', '--at-byte', 'x']],
  ])('refuses %s with exit 2 and nothing on stdout', async (_what, args) => {
    const run = await runCli('virtual-device', ...args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('Usage: npm run -s cli -- virtual-device');
  });
});

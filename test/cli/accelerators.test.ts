import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { goldenCount } from '../../native-bridge/golden/golden-images.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-cli-devices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('attest', () => {
  it('finds a sound virtual accelerator right to the last bit', async () => {
    const { exitCode, json } = await runCli('attest', '--virtual', '--json');
    expect(json).toEqual([
      {
        device: 'Dermaspike Virtual accelerator',
        attested: true,
        images: goldenCount,
        mismatches: 0,
      },
    ]);
    expect(exitCode).toBe(0);
  });

  it('refuses one that flips a bit, with what is wrong, and exit 1', async () => {
    const { exitCode, json } = await runCli(
      ...['attest', '--virtual', '--fault', 'flipped-bit', '--json'],
    );
    expect(json).toMatchObject([
      {
        attested: false,
        images: goldenCount,
        mismatches: expect.any(Number),
        reason: expect.stringContaining('not identical'),
      },
    ]);
    expect(exitCode).toBe(1);
  });

  it('refuses one that does not answer', async () => {
    const run = await runCli('attest', '--virtual', '--fault', 'stuck');
    expect(run.stdout).toMatch(/^FAIL {2}Dermaspike Virtual accelerator: .*did not answer INFER/);
    expect(run.exitCode).toBe(1);
  });

  it.each([
    ['an unknown fault', ['--virtual', '--fault', 'gremlins']],
    ['a fault of a real device', ['--fault', 'stuck']],
  ])('is used wrongly with %s', async (_what, args) => {
    expect(await runCli('attest', ...args)).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('overhead', () => {
  it('tells what the wire and the shadow cost', async () => {
    const { exitCode, json } = await runCli('overhead', '--rounds', '1', '--json');
    expect(exitCode).toBe(0);
    expect(json).toEqual([
      {
        rounds: 1,
        directMs: expect.any(Number),
        pipeMs: expect.any(Number),
        overheadMs: expect.any(Number),
        imagesPerSecond: expect.any(Number),
        shadowedImagesPerSecond: expect.any(Number),
        shadowEvery: 20,
        shadowLoss: expect.any(Number),
      },
    ]);
  });
});

describe('devices', () => {
  it('names a bad id in the settings, and what to do', async () => {
    writeFileSync(path.join(folder, 'accelerators.json'), '{"usb": [{"vendorId": "xyz"}]}');
    const { exitCode, json } = await runCli('devices', '--json', '--data', folder);
    expect(exitCode).toBe(1);
    expect(json[0]).toMatchObject({
      obstacles: expect.arrayContaining([
        expect.objectContaining({
          label: 'accelerators.json',
          problem: expect.stringContaining('"usb.0.vendorId"'),
          remedy: expect.stringContaining('Correct the file'),
        }),
      ]),
    });
  });
});

describe('unplug and soak', () => {
  it('lose nothing and double nothing', async () => {
    const unplugged = await runCli('unplug', '--times', '10', '--json');
    expect(unplugged.json[0]).toMatchObject({
      unplugged: 10,
      lost: 0,
      doubled: 0,
      wrong: 0,
      crashes: 0,
    });
    expect(unplugged.exitCode).toBe(0);
    const soaked = await runCli('soak', '--seconds', '5', '--json');
    expect(soaked.json[0]).toMatchObject({
      lost: 0,
      doubled: 0,
      crashes: 0,
      requests: expect.any(Number),
      completed: expect.any(Number),
      fallbackP99Ms: expect.any(Number),
    });
    expect(soaked.exitCode).toBe(0);
  });

  it.each([
    ['unplug', ['--times', '0']],
    ['unplug', []],
    ['soak', ['--seconds', 'many']],
  ])('are used wrongly as %s %j', async (command, args) => {
    expect(await runCli(command, ...args)).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

import { constants, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PcieDiscovery, type PcieOptions } from '../../../native-bridge/discovery/pcie.ts';

/** What the discovery does with an entry of the folder that it watches. */
const watched = vi.hoisted(() => ({ change: (_event: string, _name: unknown) => {}, closed: 0 }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    watch: (folder: string, change: (event: string, name: unknown) => void) => {
      watched.change = change;
      const watcher = fs.watch(folder, change);
      watcher.on('close', () => watched.closed++);
      return watcher;
    },
  };
});

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dermaspike-pcie-'));
  mkdirSync(path.join(root, 'dev'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function addBoard(address: string, device: string, hasDriver: boolean, vendor = '0x1e7c'): void {
  const folder = path.join(root, 'sys/bus/pci/devices', address);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'vendor'), `${vendor}\n`);
  writeFileSync(path.join(folder, 'device'), `${device}\n`);
  if (!hasDriver) return;
  const driver = path.join(root, 'sys/bus/pci/drivers/akida-pcie');
  mkdirSync(driver, { recursive: true });
  symlinkSync(driver, path.join(folder, 'driver'));
}
function addNode(name: string): string {
  const node = path.join(root, 'dev', name);
  writeFileSync(node, '');
  return node;
}
function discover(python = process.execPath, more: Partial<PcieOptions> = {}) {
  return new PcieDiscovery({
    python: () => python,
    sysFolder: path.join(root, 'sys'),
    devFolder: path.join(root, 'dev'),
    worker: '/worker.py',
    ...more,
  });
}
const find = (python?: string) => discover(python).find();

describe('the discovery on PCIe', () => {
  it('finds nothing where there is no such bus, and leaves other devices alone', async () => {
    expect(await find()).toEqual({ candidates: [], obstacles: [] });
    addBoard('0000:00:1f.0', '0xbca1', true, '0x8086');
    addBoard('0000:00:1f.1', '0x0001', true);
    expect(await find()).toEqual({ candidates: [], obstacles: [] });
  });

  it('finds both boards, each by the node that its driver makes', async () => {
    addBoard('0000:03:00.0', '0xbca1', true);
    addBoard('0000:04:00.0', '0xa500', true);
    addBoard('0000:05:00.0', '0xa500', true);
    for (const name of ['akida0', 'akd1500_0', 'akd1500_1']) addNode(name);
    const { candidates, obstacles } = await find();
    expect(obstacles).toEqual([]);
    expect(candidates.map(({ id, label }) => [id, label])).toEqual([
      ['pcie:0000:03:00.0', 'BrainChip AKD1000 at 0000:03:00.0'],
      ['pcie:0000:04:00.0', 'BrainChip AKD1500 at 0000:04:00.0'],
      ['pcie:0000:05:00.0', 'BrainChip AKD1500 at 0000:05:00.0'],
    ]);
  });

  it('says when the driver is missing, or has made no node', async () => {
    addBoard('0000:03:00.0', '0xbca1', false);
    addBoard('0000:04:00.0', '0xa500', true);
    const { candidates, obstacles } = await find();
    expect(candidates).toEqual([]);
    expect(obstacles.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/AKD1000 is there, but no driver is, so there is no .*akida0/),
      expect.stringMatching(/driver akida-pcie has the board .* made no .*akd1500_0/),
    ]);
    for (const { remedy } of obstacles) expect(remedy).toContain('akida_dw_edma');
  });

  it('says when this user may not open the node', async () => {
    addBoard('0000:03:00.0', '0xbca1', true);
    addNode('akida0');
    const mayUse = async (_file: string, mode: number) => {
      if (mode !== constants.F_OK) throw new Error('EACCES');
    };
    const [obstacle] = (await discover(process.execPath, { mayUse }).find()).obstacles;
    expect(obstacle?.problem).toMatch(/no permission to read and write .*akida0/);
    expect(obstacle?.remedy).toContain('60-dermaspike.rules');
  });

  it('says when the runtime’s Python is not named, or is not there', async () => {
    addBoard('0000:03:00.0', '0xbca1', true);
    addNode('akida0');
    const unnamed = new PcieDiscovery({
      python: () => undefined,
      sysFolder: path.join(root, 'sys'),
      devFolder: path.join(root, 'dev'),
    });
    expect((await unnamed.find()).obstacles[0]?.remedy).toContain('"akidaPython"');
    expect((await find('/nonexistent/python')).obstacles[0]?.problem).toContain(
      '/nonexistent/python, is not there',
    );
  });

  it('opens a board by starting the worker in the named Python, with the board’s number', async () => {
    for (const address of ['0000:03:00.0', '0000:04:00.0']) addBoard(address, '0xbca1', true);
    for (const name of ['akida0', 'akida1']) addNode(name);
    const worker = path.join(root, 'worker.mjs');
    writeFileSync(worker, 'process.stdout.write(process.argv.slice(2).join(" "));');
    const { candidates } = await discover(process.execPath, { worker }).find();
    const told: string[] = [];
    for (const candidate of candidates) {
      const link = await candidate.open();
      const words: Uint8Array[] = [];
      link.onBytes((bytes) => words.push(bytes));
      await new Promise<void>((resolve) => link.onClose(() => resolve()));
      told.push(Buffer.concat(words).toString());
    }
    expect(told).toEqual(['--board 0', '--board 1']);
  });

  it('hears nothing, and is no trouble, on a system without such a folder', () => {
    discover(process.execPath, { devFolder: path.join(root, 'none') }).onChange(() => {})();
  });

  it('hears of the nodes of both boards’ drivers, and of nothing else there', async () => {
    let heard = 0;
    const end = discover().onChange(() => heard++);
    for (const name of ['null', 'akida', 'akida0p1', 'xakida0', 'akd1500_', 'akd1500', null])
      watched.change('rename', name);
    watched.change('rename', Buffer.from('akida0'));
    expect(heard).toBe(0);
    for (const name of ['akida0', 'akida12', 'akd1500_3']) watched.change('rename', name);
    expect(heard).toBe(3);
    end();
    await expect.poll(() => watched.closed).toBeGreaterThan(0);
  });

  it('tells a board by its ids to the last digit, and by nothing that looks like one', async () => {
    for (const [at, vendor] of ['0x1e7d', '1e7c', '0x1e7c0', 'x0x1e7c'].entries())
      addBoard(`0000:0${at}:00.0`, '0xbca1', true, vendor);
    for (const [at, device] of ['0xbca0', '0xbca2', '0xa501', '0xa4ff'].entries())
      addBoard(`0000:1${at}:00.0`, device, true);
    expect(await find()).toEqual({ candidates: [], obstacles: [] });
  });

  it('gives a worker of the board its time, and a Python that is found by its name', async () => {
    addBoard('0000:03:00.0', '0xbca1', true);
    addNode('akida0');
    const { candidates, obstacles } = await find('python3');
    expect(obstacles).toEqual([]);
    expect(candidates).toMatchObject([
      { link: 'pcie', timeouts: { helloMs: 30_000, commitMs: 120_000 } },
    ]);
  });

  it('passes over what has no readable ids', async () => {
    addBoard('0000:03:00.0', 'unknown', true);
    mkdirSync(path.join(root, 'sys/bus/pci/devices/0000:04:00.0'), { recursive: true });
    expect(await find()).toEqual({ candidates: [], obstacles: [] });
  });

  it('hears when the driver makes a node', async () => {
    const heard = Promise.withResolvers<void>();
    const end = discover().onChange(() => heard.resolve());
    addNode('null');
    addNode('akida0');
    await heard.promise;
    end();
  });
});

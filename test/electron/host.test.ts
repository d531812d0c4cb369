import { afterEach, expect, test, vi } from 'vitest';
import { UtilityHost } from '../../electron/host.ts';
import { ElectronUtility, PortLink } from '../../src/processes/electron-utility.ts';
import type { Link } from '../../src/processes/link.ts';
import { type FakeUtilityProcess, forked, MessageChannelMain } from './fake-electron.ts';

vi.mock('electron', () => import('./fake-electron.ts'));

afterEach(() => {
  for (const child of forked) child.exit(0);
  forked.length = 0;
});

/** What runs inside the utility process that was forked last. */
function inside(child: FakeUtilityProcess | undefined): ElectronUtility {
  if (!child) throw new Error('Nothing was forked.');
  return new ElectronUtility(child.parentPort);
}

const next = (link: { onMessage(listener: (message: unknown) => void): void }) =>
  new Promise((resolve) => link.onMessage(resolve));

/** A station that has started a decoder through main. */
async function stationWithDecoder() {
  const station = new UtilityHost().spawn('station');
  const inStation = inside(forked[0]);
  const decoder = inStation.spawn('decoder', ['--limit', '5']);
  await vi.waitFor(() => expect(forked).toHaveLength(2));
  return { station, inStation, decoder, inDecoder: inside(forked[1]) };
}

test('a utility process receives its link, and nothing sent before is lost', async () => {
  const station = new UtilityHost().spawn('station');
  station.link.send({ early: new Uint8Array([1]) });
  const { link } = inside(forked[0]);
  expect(await next(link)).toEqual({ early: new Uint8Array([1]) });
  link.send('answer');
  expect(await next(station.link)).toBe('answer');
});

test('utility processes start without variables that change how they run', () => {
  vi.stubEnv('NODE_OPTIONS', '--inspect');
  new UtilityHost().spawn('station');
  vi.unstubAllEnvs();
  expect(forked[0]?.file).toMatch(/dist.station\.mjs$/);
  expect(forked[0]?.options.env).not.toHaveProperty('NODE_OPTIONS');
});

test('the station starts its helpers through main and talks to them directly', async () => {
  const { decoder, inDecoder } = await stationWithDecoder();
  expect(forked[1]?.file).toMatch(/dist.desktop-decoder\.mjs$/);
  decoder.link.send({ bytes: new Uint8Array([1, 2]) });
  expect(await next(inDecoder.link)).toEqual({ bytes: new Uint8Array([1, 2]) });
  inDecoder.link.send('decoded');
  expect(await next(decoder.link)).toBe('decoded');
  expect(decoder.pid).toBe(forked[1]?.pid);
});

test('a screen’s connection goes straight to the station, also where it came before anybody listened, and ends with it', async () => {
  const host = new UtilityHost();
  expect(host.connectScreen('window')).toBeUndefined();
  const { link } = host.spawn('station');
  const atScreen = new PortLink(host.connectScreen('window'));
  atScreen.send({ name: 'Quillfeather' });
  const inStation = inside(forked[0]);
  inStation.link.send('ready');
  await next(link);
  const accepted: [Link, string][] = [];
  inStation.onConnection((...connection) => accepted.push(connection));
  expect(accepted.map(([, screen]) => screen)).toEqual(['window']);
  const [[connection] = []] = accepted;
  if (!connection) throw new Error('There is no connection.');
  expect(await next(connection)).toEqual({ name: 'Quillfeather' });
  connection.send('answer');
  expect(await next(atScreen)).toBe('answer');
  const closed = new Promise<void>((resolve) => atScreen.onClose(resolve));
  forked[0]?.exit(9);
  await closed;
  expect(host.connectScreen('window')).toBeUndefined();
});

test('the station can kill a helper, and learns of its end', async () => {
  const { decoder } = await stationWithDecoder();
  const closed = new Promise<void>((resolve) => decoder.link.onClose(resolve));
  decoder.kill();
  expect(await decoder.exited).toEqual({ code: 15, signal: null });
  await closed;
});

test('helpers end with the station that asked for them', async () => {
  const { station } = await stationWithDecoder();
  forked[0]?.exit(9);
  expect(await station.exited).toEqual({ code: 9, signal: null });
  expect(forked[1]?.pid).toBeUndefined();
});

test('the bridge starts the demo’s accelerator in the same way, and ends it with itself', async () => {
  new UtilityHost().spawn('station');
  inside(forked[0]).spawn('bridge');
  await vi.waitFor(() => expect(forked).toHaveLength(2));
  const device = inside(forked[1]).spawn('virtual-device', ['demo']);
  await vi.waitFor(() => expect(forked).toHaveLength(3));
  expect(forked[2]?.file).toMatch(/dist.virtual-device\.mjs$/);
  inside(forked[2]).link.send(new Uint8Array([7]));
  expect(await next(device.link)).toEqual(new Uint8Array([7]));
  forked[1]?.exit(9);
  expect(forked[2]?.pid).toBeUndefined();
});

test('no process may have any other one started', async () => {
  const { inDecoder, inStation } = await stationWithDecoder();
  inDecoder.spawn('bridge');
  inDecoder.spawn('virtual-device');
  inStation.spawn('station');
  inStation.spawn('virtual-device');
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(forked).toHaveLength(2);
});

test('a link closes on both sides, once', async () => {
  const { port1, port2 } = new MessageChannelMain();
  const [near, far] = [new PortLink(port1), new PortLink(port2)];
  const ends: string[] = [];
  near.onClose(() => ends.push('near'));
  const farClosed = new Promise<void>((resolve) => far.onClose(resolve));
  near.close();
  near.close();
  near.send('too late');
  await farClosed;
  expect(ends).toEqual(['near']);
});

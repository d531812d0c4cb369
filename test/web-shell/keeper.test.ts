import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Admission } from '../../src/processes/greeting.ts';
import { StationKeeper } from '../../src/station/keeper.ts';
import { serveWebShell, type WebShell } from '../../src/web-shell/server.ts';
import { openStation, signIn } from './browser.ts';
import { FakeStationHost } from './station-host.ts';

let host: FakeStationHost;
let keeper: StationKeeper;
let shell: WebShell;
let own: Admission;
const log: string[] = [];

beforeEach(async () => {
  host = new FakeStationHost();
  keeper = new StationKeeper(host, (line) => log.push(line));
  keeper.start();
  shell = await serveWebShell({ port: 0, content: new Map(), connect: () => keeper.connect() });
  own = await signIn(shell.port, shell.newLink());
});

afterEach(async () => {
  await shell.close();
  await keeper.stop();
  log.length = 0;
});

const restarted = () => new Promise<void>((resolve) => keeper.onStart(resolve));

test('browsers’ messages reach the station’s process, and its answers come back', async () => {
  const one = await openStation(shell.port, own);
  const two = await openStation(shell.port, own);
  one.send('from one');
  two.send(new Uint8Array([1, 2]));
  const { pid } = host.children[0] ?? {};
  expect(await one.next()).toEqual({ pid, message: 'from one' });
  expect(await two.next()).toEqual({ pid, message: new Uint8Array([1, 2]) });
});

test('when the station dies, its connections close and a new station takes its place', async () => {
  const back = restarted();
  const socket = await openStation(shell.port, own);
  socket.send('die');
  expect(await socket.closed).toBe(1013);
  await back;
  expect(log).toEqual(['The service stopped unexpectedly (exit 7); starting it again.']);
  const again = await openStation(shell.port, own);
  again.send('hello');
  expect(await again.next()).toEqual({ pid: host.children[1]?.pid, message: 'hello' });
});

test('a station that is stuck is ended when somebody asks for that, and another one takes its place', async () => {
  const back = restarted();
  const socket = await openStation(shell.port, own);
  keeper.restart();
  expect(await socket.closed).toBe(1013);
  await back;
  expect(host.children.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL', null]);
  const again = await openStation(shell.port, own);
  again.send('hello');
  expect(await again.next()).toEqual({ pid: host.children[1]?.pid, message: 'hello' });
});

test('while the station is down, a WebSocket is told to try again later', async () => {
  await keeper.stop();
  const early = await openStation(shell.port, own);
  expect(await early.closed).toBe(1013);
});

test('stopping ends the station by closing its link, and does not start another', async () => {
  const socket = await openStation(shell.port, own);
  socket.send('hello');
  await socket.next();
  await keeper.stop();
  expect(host.children).toHaveLength(1);
  expect(host.children[0]?.exitCode).toBe(0);
  expect(log).toEqual([]);
  expect(keeper.connect()).toBeUndefined();
});

import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import { distFile } from '../../src/processes/dist.ts';

/** The bundle itself, run as Electron's sandbox runs it: CommonJS, with `electron` alone to require. */
const exposed = new Map<string, unknown>();
const required: string[] = [];
const sent: string[] = [];
const posted: unknown[][] = [];
const ipcRenderer = Object.assign(new EventEmitter(), {
  send: (channel: string) => sent.push(channel),
});
const page = Object.assign(new EventTarget(), {
  location: { origin: 'dermaspike://app' },
  postMessage: (...message: unknown[]) => posted.push(message),
});

beforeAll(() => {
  const sandbox = createContext({
    window: page,
    process: { platform: 'linux', argv: ['electron', '--dermaspike-version=1.2.3'] },
    exports: {},
    module: { exports: {} },
    require: (name: string) => {
      required.push(name);
      return {
        ipcRenderer,
        contextBridge: {
          exposeInMainWorld: (name: string, value: unknown) => exposed.set(name, value),
        },
      };
    },
  });
  runInContext(readFileSync(distFile('preload.cjs'), 'utf8'), sandbox);
});

test('the preload script needs nothing but Electron', () => {
  expect(required).toEqual(['electron']);
});

test('the page is given the platform and the version, frozen, and nothing else', () => {
  expect([...exposed.keys()]).toEqual(['dermaspike']);
  expect(exposed.get('dermaspike')).toEqual({ platform: 'linux', version: '1.2.3' });
  expect(Object.isFrozen(exposed.get('dermaspike'))).toBe(true);
});

test('the page’s port is asked for when the page has loaded', () => {
  expect(sent).toEqual([]);
  page.dispatchEvent(new Event('DOMContentLoaded'));
  expect(sent).toEqual(['dermaspike:connect']);
});

test('a port is handed to the page’s own origin only', () => {
  const port = {};
  ipcRenderer.emit('dermaspike:port', { ports: [port] });
  expect(posted).toEqual([['dermaspike:port', 'dermaspike://app', [port]]]);
});

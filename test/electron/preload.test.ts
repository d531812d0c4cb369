import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import type { DesktopPage } from '../../src/processes/desktop-page.ts';
import { distFile } from '../../src/processes/dist.ts';

/** The bundle itself, run as Electron's sandbox runs it: CommonJS, with `electron` alone to require. */
const exposed = new Map<string, unknown>();
const required: string[] = [];
const sent: unknown[][] = [];
const posted: unknown[][] = [];
const ipcRenderer = Object.assign(new EventEmitter(), {
  send: (...message: unknown[]) => sent.push(message),
  invoke: async (...message: unknown[]) => sent.push(message),
});
const page = Object.assign(new EventTarget(), {
  location: { origin: 'dermaspike://app' },
  postMessage: (...message: unknown[]) => posted.push(message),
});

beforeAll(() => {
  const sandbox = createContext({
    window: page,
    process: {
      platform: 'linux',
      argv: [
        'electron',
        '--dermaspike-version=1.2.3',
        '--dermaspike-screen={"theme":"dark","singleKeys":true,"language":"de"}',
      ],
    },
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

test('the page is given what its shell does for it, frozen, and nothing else', async () => {
  expect([...exposed.keys()]).toEqual(['dermaspike']);
  const page = exposed.get('dermaspike') as DesktopPage;
  expect(page).toEqual({
    platform: 'linux',
    version: '1.2.3',
    screen: { theme: 'dark', singleKeys: true, language: 'de' },
    chooseFolder: expect.any(Function),
    print: expect.any(Function),
    savePdf: expect.any(Function),
    tellUnfinished: expect.any(Function),
    tellProgress: expect.any(Function),
    tellDone: expect.any(Function),
    keychain: expect.any(Function),
    keepInKeychain: expect.any(Function),
    forgetKeychain: expect.any(Function),
    unlockByKeychain: expect.any(Function),
    updates: {
      state: expect.any(Function),
      choose: expect.any(Function),
      install: expect.any(Function),
      finish: expect.any(Function),
      stepBack: expect.any(Function),
      onProgress: expect.any(Function),
    },
  });
  expect(Object.isFrozen(page)).toBe(true);
  await page.print();
  await page.savePdf('Report');
  page.tellUnfinished('import');
  expect(sent.splice(0)).toEqual([
    ['dermaspike:print'],
    ['dermaspike:save-pdf', 'Report'],
    ['dermaspike:unfinished', 'import'],
  ]);
});

test('the page’s port is asked for when the page has loaded', () => {
  expect(sent).toEqual([]);
  page.dispatchEvent(new Event('DOMContentLoaded'));
  expect(sent).toEqual([['dermaspike:connect']]);
});

test('a port is handed to the page’s own origin only', () => {
  const port = {};
  ipcRenderer.emit('dermaspike:port', { ports: [port] });
  expect(posted).toEqual([['dermaspike:port', 'dermaspike://app', [port]]]);
});

import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ElectronUtility } from '../../src/processes/electron-utility.ts';
import type { Link } from '../../src/processes/link.ts';
import { acceptConnections } from '../../src/station/connections.ts';
import * as electron from './fake-electron.ts';

vi.mock('electron', () => import('./fake-electron.ts'));

/** The connections that the station was given: main's own, and the page's. */
const connections: Link[] = [];
const screens: string[] = [];
/** What main itself said to the station, the pulse apart. */
const relayed: unknown[] = [];
/** The calls that reached it. */
const calls: string[] = [];
let folder: string;

/** Plays the station inside the utility process that was forked last. */
function playStation(): Link {
  const child = electron.forked.at(-1);
  if (!child) throw new Error('No station was started.');
  const utility = new ElectronUtility(child.parentPort);
  const accept = (connection: Link) => {
    connections.push(connection);
    connection.onMessage((message) => {
      const { type, id, name } = message as { type: string; id: number; name: string };
      if (type !== 'call') return;
      calls.push(name);
      const output = { state: 'locked', clinicName: '', demo: false, userNames: [] };
      connection.send({ type: 'result', id, output });
    });
  };
  utility.link.onMessage((message) => relayed.push(message));
  acceptConnections(utility.link, accept);
  utility.onConnection((connection, screen) => {
    screens.push(screen);
    accept(connection);
  });
  return utility.link;
}

const pageWindow = () => {
  const window = electron.windows[0];
  if (!window) throw new Error('No window was opened.');
  return window;
};
const pageSession = () => electron.session.fromPartition('workstation');

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-electron-'));
  electron.app.userData = folder;
  vi.stubEnv('DERMASPIKE_DATA', path.join(folder, 'clinic'));
  await mkdir(path.join(folder, 'clinic'));
  await import('../../electron/main.ts');
  await vi.waitFor(() => expect(electron.windows).toHaveLength(1));
  playStation();
});
afterAll(() => rm(folder, { recursive: true }));

describe('the window', () => {
  test('is sandboxed, isolated and without Node', () => {
    expect(electron.app.sandboxed).toBe(true);
    expect(pageWindow().options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      devTools: false,
      spellcheck: false,
    });
  });

  test('keeps its session in memory', () => {
    expect(pageWindow().options.webPreferences.session).toBe(pageSession());
    expect([...electron.sessions.keys()].some((name) => name.startsWith('persist:'))).toBe(false);
  });

  test('loads the workstation from its own scheme, which is no way around the policy', () => {
    expect(pageWindow().url).toBe('dermaspike://app/');
    expect(electron.schemes).toEqual([
      {
        scheme: 'dermaspike',
        privileges: { standard: true, secure: true, supportFetchAPI: true },
      },
    ]);
  });

  test('cannot be navigated elsewhere, redirected, or open another', () => {
    const contents = pageWindow().webContents;
    const denied = (event: string, details: object) => {
      const preventDefault = vi.fn();
      contents.emit(event, { preventDefault, ...details });
      return preventDefault.mock.calls.length > 0;
    };
    for (const url of ['https://example.org/', 'file:///etc/passwd', 'dermaspike://app/other'])
      expect(denied('will-navigate', { url }), url).toBe(true);
    expect(denied('will-navigate', { url: 'dermaspike://app/' })).toBe(false);
    expect(denied('will-frame-navigate', { isMainFrame: false })).toBe(true);
    expect(denied('will-redirect', {})).toBe(true);
    expect(denied('will-attach-webview', {})).toBe(true);
    expect(contents.windowOpenHandler?.({ url: 'dermaspike://app/' })).toEqual({ action: 'deny' });
    expect(contents.webRtcPolicy).toBe('disable_non_proxied_udp');
    expect(pageSession().proxyRules).toBe('socks5://127.0.0.1:1');
  });

  test('is loaded again when its page crashes, and asks when that does not help', async () => {
    const contents = pageWindow().webContents;
    const crash = (reason: string) => contents.emit('render-process-gone', {}, { reason });
    crash('clean-exit');
    expect(contents.reloads).toBe(0);
    electron.dialog.answers.push(0);
    for (let crashes = 0; crashes < 5; crashes++) crash('crashed');
    expect(contents.reloads).toBe(3);
    await vi.waitFor(() => expect(contents.reloads).toBe(4));
    expect(electron.dialog.questions.splice(0)).toMatchObject([
      { message: 'The window keeps failing.', buttons: ['Try again', 'Quit'] },
    ]);
  });

  test('asks before it closes over something unfinished, and closes only at that answer', async () => {
    const { webContents } = pageWindow();
    const keepsOpen = () => {
      const preventDefault = vi.fn();
      webContents.emit('will-prevent-unload', { preventDefault });
      return preventDefault.mock.calls.length === 0;
    };
    const tell = (what: string | null) =>
      electron.ipcMain.emit('dermaspike:unfinished', { senderFrame: webContents.mainFrame }, what);
    tell('recovery-key');
    electron.dialog.answers.push(0, 1);
    expect(keepsOpen()).toBe(true);
    await vi.waitFor(() => expect(electron.dialog.questions).toHaveLength(1));
    expect(pageWindow().closes).toBe(0);
    tell('import');
    await vi.waitFor(() => {
      keepsOpen();
      expect(electron.dialog.questions).toHaveLength(2);
    });
    await vi.waitFor(() => expect(pageWindow().closes).toBe(1));
    expect(keepsOpen()).toBe(false);
    expect(electron.dialog.questions.splice(0)).toMatchObject([
      { message: expect.stringContaining('recovery key'), buttons: ['Stay', 'Close anyway'] },
      { message: expect.stringContaining('imported') },
    ]);
  });

  test('shows how far an import is, and tells that it is done only when nobody looks, in numbers alone', () => {
    const window = pageWindow();
    const tell = (channel: string, told: unknown) =>
      electron.ipcMain.emit(
        `dermaspike:${channel}`,
        { senderFrame: window.webContents.mainFrame },
        told,
      );
    tell('progress', 0.5);
    expect(window.progress).toBe(0.5);
    tell('progress', 'Quillfeather');
    tell('progress', null);
    expect(window.progress).toBe(-1);
    tell('done', { work: 'import', done: 12, failed: 1 });
    window.focused = true;
    tell('done', { work: 'import', done: 3, failed: 0 });
    window.focused = false;
    tell('done', { work: 'import', done: 1, failed: 0, patient: 'Quillfeather' });
    expect(electron.notifications.map(({ body }) => body)).toEqual([
      'Import done: 12 images stored, 1 not.',
      'Import done: 1 image stored.',
    ]);
  });

  test('hands the page a class that the system opens with it, and names one that is none', async () => {
    const { webContents } = pageWindow();
    const pack = path.join(folder, 'scar.dermaspike-class');
    await writeFile(pack, 'a pack');
    electron.ipcMain.emit('dermaspike:connect', { senderFrame: webContents.mainFrame });
    const start = (...files: string[]) =>
      electron.app.emit('second-instance', {}, ['dermaspike', '--flag', ...files], folder);
    start('scar.dermaspike-class', 'letter.pdf');
    await vi.waitFor(() => expect(webContents.sent).toHaveLength(1));
    const [channel, file] = webContents.sent[0] as [string, { name: string; bytes: Uint8Array }];
    expect(channel).toBe('dermaspike:opened-file');
    expect([file.name, Buffer.from(file.bytes).toString()]).toEqual([
      'scar.dermaspike-class',
      'a pack',
    ]);
    start('gone.dermaspike-class');
    await vi.waitFor(() => expect(electron.errors).toHaveLength(2));
    expect(electron.errors.splice(0)[0]).toBe('gone.dermaspike-class could not be opened');
    webContents.mainFrame.received.splice(0);
  });

  test('prints by a printer that there is, saves for this user alone, and serves no other page', async () => {
    const { webContents } = pageWindow();
    const ask = (channel: string, senderFrame: unknown, ...args: unknown[]) =>
      electron.ipcMain.handlers.get(`dermaspike:${channel}`)?.({ senderFrame }, ...args);
    const own = webContents.mainFrame;
    await expect(ask('print', { ...own })).rejects.toThrow('own page');
    expect(await ask('print', own)).toBe('no-printer');
    webContents.printers = [{ name: 'desk' }];
    expect(await ask('print', own)).toBe('cancelled');
    expect(await ask('save-pdf', own, 'Recovery key')).toBe('cancelled');
    electron.dialog.savePath = path.join(folder, 'key.pdf');
    await expect(ask('save-pdf', { ...own }, 'Recovery key')).rejects.toThrow('own page');
    expect(await ask('save-pdf', own, 'Recovery key')).toBe('saved');
    expect(await readFile(electron.dialog.savePath, 'latin1')).toBe('%PDF-1.7');
    if (process.platform !== 'win32')
      expect((await stat(electron.dialog.savePath)).mode & 0o777).toBe(0o600);
    electron.dialog.savePath = path.join(folder, 'nowhere', 'key.pdf');
    expect(await ask('save-pdf', own, 'Recovery key')).toBe('failed');
  });

  test('keeps no page in its memory that it saved, or could not save', async () => {
    const { webContents } = pageWindow();
    expect(webContents.pdfs).toHaveLength(2);
    for (const pdf of webContents.pdfs) expect(pdf).toEqual(Buffer.alloc(pdf.length));
  });

  test('is told of updates that main opens and proves, and no other page is', async () => {
    const { mainFrame } = pageWindow().webContents;
    const ask = async (channel: string, senderFrame: unknown = mainFrame) =>
      electron.ipcMain.handlers.get(`dermaspike:update-${channel}`)?.({ senderFrame });
    await expect(ask('state', { ...mainFrame })).rejects.toThrow('own page');
    expect(await ask('state')).toEqual({ version: '1.2.3', kind: null, keys: [], back: null });
    expect(await ask('choose')).toEqual({ outcome: 'cancelled' });
    electron.dialog.openPath = path.join(folder, 'window.json');
    await writeFile(electron.dialog.openPath, 'something else');
    expect(await ask('choose')).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('no update of Dermaspike'),
    });
    electron.dialog.openPath = path.join(folder, 'nowhere');
    expect(await ask('choose')).toMatchObject({ outcome: 'refused' });
    expect(await ask('install')).toMatchObject({ message: 'Choose an update file first.' });
    expect(await ask('step-back')).toMatchObject({ outcome: 'refused' });
  });

  test('remembers where it was', async () => {
    pageWindow().emit('close');
    expect(JSON.parse(await readFile(path.join(folder, 'window.json'), 'utf8'))).toEqual({
      bounds: { x: 10, y: 20, width: 1000, height: 700 },
      maximized: true,
    });
  });
});

describe('a page', () => {
  test('is denied every permission and every device, but may put text on the clipboard', () => {
    const allowed = (permission: string, url = 'dermaspike://app/', isMainFrame = true) => {
      let requested: boolean | undefined;
      pageSession().permissionRequest?.(
        { getURL: () => url },
        permission,
        (answer) => {
          requested = answer;
        },
        { isMainFrame },
      );
      const details = { requestingUrl: url, isMainFrame };
      expect(pageSession().permissionCheck?.({}, permission, url, details)).toBe(requested);
      return requested;
    };
    for (const permission of [
      'media',
      'display-capture',
      'clipboard-read',
      'geolocation',
      'notifications',
      'usb',
    ])
      expect(allowed(permission), permission).toBe(false);
    expect(allowed('clipboard-sanitized-write')).toBe(true);
    expect(allowed('clipboard-sanitized-write', 'https://example.org/')).toBe(false);
    expect(allowed('clipboard-sanitized-write', 'dermaspike://app/', false)).toBe(false);
    expect(pageSession().devicePermission?.()).toBe(false);
  });

  test('cannot download', () => {
    const preventDefault = vi.fn();
    pageSession().emit('will-download', { preventDefault });
    expect(preventDefault).toHaveBeenCalled();
  });

  test('loads nothing but its own files and pictures', () => {
    const cancelled = (url: string) => {
      let answer: boolean | undefined;
      pageSession().beforeRequest?.({ url }, ({ cancel }) => {
        answer = cancel;
      });
      return answer;
    };
    expect(cancelled('dermaspike://app/assets/main.js')).toBe(false);
    expect(cancelled('blob:dermaspike://app/1')).toBe(false);
    for (const url of [
      'https://example.org/',
      'http://127.0.0.1/',
      'ws://127.0.0.1/',
      'file:///etc/passwd',
      'dermaspike://appendix/',
      'data:text/html,x',
    ])
      expect(cancelled(url), url).toBe(true);
    expect(electron.app.switches).toContain('host-resolver-rules=MAP * ~NOTFOUND');
  });

  test('comes with the strict content security policy, and only what is listed', async () => {
    const get = (url: string, method = 'GET') =>
      pageSession().handler?.(new Request(url, { method }));
    const page = get('dermaspike://app/');
    expect(page?.status).toBe(200);
    expect(page?.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page?.text()).toContain('<html');
    expect(get('dermaspike://app/../package.json')?.status).toBe(404);
    expect(get('dermaspike://app/%2e%2e/package.json')?.status).toBe(404);
    expect(get('dermaspike://other/')?.status).toBe(404);
    expect(get('dermaspike://app/', 'POST')?.status).toBe(404);
  });
});

describe('the station', () => {
  const askForPort = (senderFrame: unknown) =>
    electron.ipcMain.emit('dermaspike:connect', { senderFrame });

  test('is linked to the page by a port, and to nobody else', async () => {
    const { mainFrame } = pageWindow().webContents;
    askForPort({ ...mainFrame });
    askForPort(null);
    mainFrame.url = 'https://example.org/';
    askForPort(mainFrame);
    mainFrame.url = 'dermaspike://app/';
    expect(mainFrame.received).toEqual([]);

    askForPort(mainFrame);
    expect(mainFrame.received).toHaveLength(1);
    const port = mainFrame.received[0]?.ports[0];
    const answered = new Promise((resolve) => port?.on('message', ({ data }) => resolve(data)));
    port?.start();
    port?.postMessage({ type: 'call', id: 1, name: 'session.state', input: {} });
    expect(await answered).toMatchObject({ type: 'result', id: 1 });
    expect(screens.at(-1)).toBe('window');
  });

  test('hears the page over that port alone: main hears nothing of what passes there', async () => {
    const { mainFrame } = pageWindow().webContents;
    const station = electron.forked[0];
    const heard: unknown[] = [];
    station?.on('message', (message) => heard.push(message));
    relayed.length = 0;
    const port = mainFrame.received[0]?.ports[0];
    const answered = new Promise((resolve) => port?.on('message', ({ data }) => resolve(data)));
    port?.postMessage({ type: 'call', id: 2, name: 'patients.search', input: {} });
    expect(await answered).toMatchObject({ type: 'result', id: 2 });
    expect([...heard, ...relayed]).toEqual([]);
  });

  test('is unlocked by the computer’s keychain alone where a user has chosen so, and the page sees no passphrase', async () => {
    const own = pageWindow().webContents.mainFrame;
    const ask = (channel: string, ...args: unknown[]) =>
      electron.ipcMain.handlers.get(`dermaspike:${channel}`)?.({ senderFrame: own }, ...args);
    electron.safeStorage.backend = 'basic_text';
    expect(await ask('keychain')).toEqual({ unavailable: 'not-encrypted', userName: null });
    expect(await ask('keychain-keep', 'Dr Winter', 'correct horse')).toBe('unavailable');
    electron.safeStorage.backend = 'gnome_libsecret';
    expect(await ask('keychain-unlock')).toBe('unavailable');
    expect(await ask('keychain-keep', 'Dr Winter', 'correct horse')).toBe('done');
    const file = path.join(folder, 'clinic', 'keychain.json');
    expect(await readFile(file, 'utf8')).not.toContain('correct horse');
    expect(await ask('keychain')).toEqual({ unavailable: null, userName: 'Dr Winter' });
    calls.length = 0;
    expect(await ask('keychain-unlock')).toBe('done');
    expect(calls).toEqual(['session.unlock']);
    const stranger = { senderFrame: { ...own } };
    await expect(
      electron.ipcMain.handlers.get('dermaspike:keychain-unlock')?.(stranger),
    ).rejects.toThrow('own page');
    expect(await ask('keychain-forget')).toEqual({ unavailable: null, userName: null });
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  test.each(['lock-screen', 'suspend', 'user-did-resign-active'])(
    'is told to lock on the computer’s %s',
    async (event) => {
      calls.length = 0;
      electron.powerMonitor.emit(event);
      await vi.waitFor(() => expect(calls).toEqual(['session.lockAll']));
    },
  );

  test('is told to lock from the menu', async () => {
    calls.length = 0;
    electron.Menu.template
      .flatMap(({ submenu }) => submenu ?? [])
      .find(({ label }) => label === 'Lock')
      ?.click?.();
    await vi.waitFor(() => expect(calls).toEqual(['session.lockAll']));
  });

  test('is started again when it dies, and the page gets a new port', async () => {
    const { mainFrame } = pageWindow().webContents;
    const closed = new Promise((resolve) => mainFrame.received[0]?.ports[0]?.on('close', resolve));
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    electron.forked[0]?.exit(11);
    await closed;
    await vi.waitFor(() => expect(electron.forked).toHaveLength(2));
    expect(mainFrame.received).toHaveLength(2);
    expect(stderr.mock.calls.flat().join('')).toContain('stopped unexpectedly (exit 11)');
    stderr.mockRestore();
  });

  test('that ends at once again and again is given up, and the person is asked', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { length } = electron.forked;
    electron.dialog.answers.push(0);
    for (let ended = 0; ended < 5; ended++) {
      await vi.waitFor(() => expect(electron.forked).toHaveLength(length + ended), 5_000);
      electron.forked.at(-1)?.exit(5);
    }
    await vi.waitFor(() => expect(electron.forked).toHaveLength(length + 5));
    expect(electron.dialog.questions.splice(0)).toMatchObject([
      { message: 'Dermaspike’s service cannot start.', buttons: ['Try again', 'Quit'] },
    ]);
    stderr.mockRestore();
  });

  test('has closed before the program ends', async () => {
    const link = playStation();
    const station = electron.forked.at(-1);
    await vi.waitFor(() => expect(connections.length).toBeGreaterThan(0));
    link.onClose(() => station?.exit(0));
    const preventDefault = vi.fn();
    const quits = electron.app.quits;
    electron.app.emit('will-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalled();
    expect(electron.app.quits).toBe(quits);
    await vi.waitFor(() => expect(electron.app.quits).toBe(quits + 1));
    expect(station?.pid).toBeUndefined();
  });
});

test('nothing went wrong on the way', () => {
  expect(electron.errors).toEqual([]);
});

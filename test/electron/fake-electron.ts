import { EventEmitter } from 'node:events';

/** Stands in for the few parts of Electron that the desktop shell uses. */

export class FakePort extends EventEmitter {
  peer: FakePort | undefined;
  #started = false;
  #closed = false;
  readonly #waiting: unknown[] = [];

  postMessage(data: unknown, ports: readonly FakePort[] = []): void {
    const event = { data: structuredClone(data), ports };
    queueMicrotask(() => this.peer?.arrive(event));
  }
  start(): void {
    this.#started = true;
    for (const event of this.#waiting.splice(0)) this.emit('message', event);
  }
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    queueMicrotask(() => this.peer?.emit('close'));
  }
  arrive(event: unknown): void {
    if (this.#started) this.emit('message', event);
    else this.#waiting.push(event);
  }
}

export class MessageChannelMain {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();
  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}

/** `process.parentPort`, as seen from inside: what arrives before it is listened to waits. */
class FakeParentPort extends EventEmitter {
  readonly #child: FakeUtilityProcess;
  readonly #waiting: unknown[] = [];
  constructor(child: FakeUtilityProcess) {
    super();
    this.#child = child;
    this.on('newListener', () => queueMicrotask(() => this.#deliver()));
  }
  postMessage(message: unknown): void {
    queueMicrotask(() => this.#child.emit('message', structuredClone(message)));
  }
  arrive(event: unknown): void {
    this.#waiting.push(event);
    if (this.listenerCount('message') > 0) this.#deliver();
  }
  #deliver(): void {
    for (const event of this.#waiting.splice(0)) this.emit('message', event);
  }
}

export class FakeUtilityProcess extends EventEmitter {
  readonly file: string;
  readonly options: Record<string, unknown>;
  readonly parentPort = new FakeParentPort(this);
  /** They end with it. */
  readonly #ports: FakePort[] = [];
  /** Beyond any real process's number, so that signals to it reach nobody. */
  pid: number | undefined = 1_000_000_000 + forked.length;

  constructor(file: string, options: Record<string, unknown>) {
    super();
    this.file = file;
    this.options = options;
    queueMicrotask(() => this.emit('spawn'));
  }
  postMessage(data: unknown, ports: readonly FakePort[] = []): void {
    const event = { data: structuredClone(data), ports };
    this.#ports.push(...ports);
    queueMicrotask(() => this.parentPort.arrive(event));
  }
  kill(): void {
    this.exit(15);
  }
  exit(code: number): void {
    if (this.pid === undefined) return;
    this.pid = undefined;
    for (const port of this.#ports) port.close();
    this.emit('exit', code);
  }
}

export const forked: FakeUtilityProcess[] = [];
export const utilityProcess = {
  fork(file: string, _args: string[], options: Record<string, unknown>) {
    const child = new FakeUtilityProcess(file, options);
    forked.push(child);
    return child;
  },
};

type WindowOpenHandler = (details: { url: string }) => { action: string };

export class FakeWebContents extends EventEmitter {
  windowOpenHandler: WindowOpenHandler | undefined;
  webRtcPolicy = 'default';
  reloads = 0;
  readonly mainFrame = {
    url: 'dermaspike://app/',
    received: [] as { channel: string; ports: FakePort[] }[],
    isDestroyed: () => false,
    postMessage(channel: string, _message: unknown, ports: FakePort[]) {
      this.received.push({ channel, ports });
    },
  };
  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.windowOpenHandler = handler;
  }
  readonly sent: unknown[][] = [];
  send(channel: string, ...message: unknown[]): void {
    // A page answers the pulse at once.
    if (channel === 'dermaspike:pulse') ipcMain.emit(channel, { sender: this });
    else this.sent.push([channel, ...message]);
  }
  printers: object[] = [];
  async getPrintersAsync(): Promise<object[]> {
    return this.printers;
  }
  print(_options: object, done: (isPrinted: boolean, reason: string) => void): void {
    done(false, 'Print job canceled');
  }
  readonly pdfs: Buffer[] = [];
  async printToPDF(): Promise<Buffer> {
    const pdf = Buffer.from('%PDF-1.7');
    this.pdfs.push(pdf);
    return pdf;
  }
  isCrashed(): boolean {
    return false;
  }
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy;
  }
  getURL(): string {
    return this.mainFrame.url;
  }
  reload(): void {
    this.reloads += 1;
  }
}

export const windows: BrowserWindow[] = [];
export class BrowserWindow extends EventEmitter {
  readonly options: { webPreferences: Record<string, unknown> } & Record<string, unknown>;
  readonly webContents = new FakeWebContents();
  url: string | undefined;
  shown = false;
  constructor(options: BrowserWindow['options']) {
    super();
    this.options = options;
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    this.url = url;
  }
  show(): void {
    this.shown = true;
  }
  focus(): void {}
  closes = 0;
  focused = false;
  progress: number | undefined;
  isFocused(): boolean {
    return this.focused;
  }
  setProgressBar(done: number): void {
    this.progress = done;
  }
  close(): void {
    this.closes += 1;
  }
  isDestroyed(): boolean {
    return false;
  }
  restore(): void {}
  maximize(): void {}
  isMinimized(): boolean {
    return false;
  }
  isMaximized(): boolean {
    return true;
  }
  getNormalBounds() {
    return { x: 10, y: 20, width: 1000, height: 700 };
  }
}

class FakeApp extends EventEmitter {
  readonly isPackaged = true;
  readonly switches: string[] = [];
  sandboxed = false;
  quits = 0;
  #isAsked = false;
  userData = '';
  systemLanguages = ['en-GB'];
  readonly commandLine = {
    appendSwitch: (name: string, value: string) => this.switches.push(`${name}=${value}`),
    hasSwitch: (_name: string) => false,
  };
  enableSandbox(): void {
    this.sandboxed = true;
  }
  requestSingleInstanceLock(): boolean {
    return true;
  }
  async whenReady(): Promise<void> {}
  getPath(): string {
    return this.userData;
  }
  getVersion(): string {
    return '1.2.3';
  }
  getPreferredSystemLanguages(): string[] {
    return this.systemLanguages;
  }
  quit(): void {
    if (!this.#isAsked) this.quits += 1;
  }
  /** As the real one, it does not hear that it shall quit while it asks whether it may. */
  override emit(event: string, ...args: unknown[]): boolean {
    if (event !== 'will-quit') return super.emit(event, ...args);
    this.#isAsked = true;
    setImmediate(() => {
      this.#isAsked = false;
    });
    return super.emit(event, ...args);
  }
}
export const app = new FakeApp();

type Answer<T> = (answer: T) => void;
export class FakeSession extends EventEmitter {
  permissionRequest:
    | ((
        contents: { getURL(): string },
        permission: string,
        answer: Answer<boolean>,
        details: { isMainFrame: boolean },
      ) => void)
    | undefined;
  permissionCheck:
    | ((
        contents: unknown,
        permission: string,
        origin: string,
        details: { requestingUrl?: string; isMainFrame: boolean },
      ) => boolean)
    | undefined;
  devicePermission: (() => boolean) | undefined;
  beforeRequest: ((r: { url: string }, answer: Answer<{ cancel: boolean }>) => void) | undefined;
  handler: ((request: Request) => Response) | undefined;
  readonly protocol = {
    handle: (_scheme: string, handler: FakeSession['handler']) => {
      this.handler = handler;
    },
  };
  readonly webRequest = {
    onBeforeRequest: (listener: FakeSession['beforeRequest']) => {
      this.beforeRequest = listener;
    },
  };
  proxyRules: string | undefined;
  async setProxy({ proxyRules }: { proxyRules: string }): Promise<void> {
    this.proxyRules = proxyRules;
  }
  setPermissionRequestHandler(handler: FakeSession['permissionRequest']): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: FakeSession['permissionCheck']): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: FakeSession['devicePermission']): void {
    this.devicePermission = handler;
  }
}
export const sessions = new Map<string, FakeSession>();
export const session = {
  fromPartition(name: string): FakeSession {
    const known = sessions.get(name) ?? new FakeSession();
    sessions.set(name, known);
    return known;
  },
};

interface CustomScheme {
  readonly scheme: string;
  readonly privileges: Readonly<Record<string, boolean>>;
}
export const schemes: CustomScheme[] = [];
export const protocol = {
  registerSchemesAsPrivileged: (added: CustomScheme[]) => schemes.push(...added),
};
export const notifications: { title: string; body: string }[] = [];
export class Notification extends EventEmitter {
  static readonly isSupported = () => true;
  readonly #options: { title: string; body: string };
  constructor(options: { title: string; body: string }) {
    super();
    this.#options = options;
  }
  show(): void {
    notifications.push(this.#options);
  }
}

/** Turns bytes around: enough to see that what is kept is not the text itself. */
export const safeStorage = {
  backend: 'gnome_libsecret',
  isAvailable: true,
  isEncryptionAvailable: () => safeStorage.isAvailable,
  getSelectedStorageBackend: () => safeStorage.backend,
  encryptString: (text: string) => Buffer.from(text).reverse(),
  decryptString: (sealed: Buffer) => Buffer.from(sealed).reverse().toString(),
};

type Served = (event: { senderFrame: unknown }, ...args: unknown[]) => Promise<unknown>;
class FakeIpcMain extends EventEmitter {
  readonly handlers = new Map<string, Served>();
  handle(channel: string, handler: Served): void {
    this.handlers.set(channel, handler);
  }
}
export const ipcMain = new FakeIpcMain();
export const nativeTheme = { shouldUseDarkColors: false };
export const powerMonitor = new EventEmitter();
export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};
export const errors: string[] = [];
interface Question {
  readonly message: string;
  readonly detail: string;
  readonly buttons: string[];
}
export const dialog = {
  questions: [] as Question[],
  /** What the person chooses next; the last button where nothing is said. */
  answers: [] as number[],
  savePath: '',
  showErrorBox: (title: string, text: string) => errors.push(title, text),
  async showMessageBox(...args: unknown[]) {
    const question = args.at(-1) as Question;
    dialog.questions.push(question);
    return { response: dialog.answers.shift() ?? question.buttons.length - 1 };
  },
  openPath: '',
  showOpenDialog: async () => ({
    canceled: dialog.openPath === '',
    filePaths: dialog.openPath === '' ? [] : [dialog.openPath],
  }),
  showSaveDialog: async () => ({ canceled: dialog.savePath === '', filePath: dialog.savePath }),
};

interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItem[];
}
export const Menu = {
  template: [] as readonly MenuItem[],
  buildFromTemplate: (template: readonly MenuItem[]) => template,
  setApplicationMenu(template: readonly MenuItem[]) {
    Menu.template = template;
  },
};

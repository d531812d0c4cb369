// For the product's main in Electron 22, before its own first line.
const electron = require('electron');
const { app, session, utilityProcess } = electron;

// ES modules in utility processes: Electron 28. And Node 16 does not know `--disable-warning`.
const { fork } = utilityProcess;
utilityProcess.fork = (file, args, options) =>
  fork.call(utilityProcess, file.replace(/\.mjs$/, '.cjs'), args, {
    ...options,
    execArgv: options?.execArgv?.filter((each) => !each.startsWith('--disable-warning')) ?? [],
  });

// protocol.handle: Electron 25, with the Response that Node has from 18 on.
Object.assign(globalThis, {
  Response: class {
    constructor(body, { status, headers } = {}) {
      Object.assign(this, { body, status: status ?? 200, headers: headers ?? {} });
    }
  },
});
void app.whenReady().then(() => {
  const protocol = Object.getPrototypeOf(session.defaultSession.protocol);
  protocol.handle ??= function (scheme, handler) {
    this.registerBufferProtocol(scheme, (request, answer) => {
      const { body, status, headers } = handler(request);
      answer({
        statusCode: status,
        headers,
        mimeType: (headers['Content-Type'] ?? 'text/plain').split(';')[0],
        charset: 'utf-8',
        data: Buffer.from(body ?? []),
      });
    });
  };
});

app.on('web-contents-created', (_event, contents) => {
  // `url` of the event itself: Electron 25.
  for (const name of ['will-navigate', 'will-redirect'])
    contents.prependListener(name, (event, url) => {
      Object.assign(event, { url });
    });
  // WebFrameMain.isDestroyed: Electron 34.
  const frame = Object.getPrototypeOf(contents.mainFrame);
  frame.isDestroyed ??= function () {
    try {
      return this.url === undefined;
    } catch {
      return true;
    }
  };
});

import { parseArgs } from 'node:util';
import { app, type BrowserWindow, dialog } from 'electron';
import { t } from '../src/language/index.ts';
import { dataFolder, dataFolderVariable } from '../src/processes/data-folder.ts';
import { distFile } from '../src/processes/dist.ts';
import { StationKeeper } from '../src/station/keeper.ts';
import { readScreenSettings } from '../src/station/screen-settings.ts';
import { readContent } from '../src/web-shell/content.ts';
import { serveAttention } from './attention.ts';
import { pageSession, registerScheme, serveContent } from './content.ts';
import { refuseDebugging } from './debugging.ts';
import { tellStationGaveUp } from './failures.ts';
import { serveFolders } from './folders.ts';
import { UtilityHost } from './host.ts';
import { serveKeychain } from './keychain.ts';
import { speakAsTheScreens } from './language.ts';
import { askBeforeLeaving } from './leaving.ts';
import { backUpThenLeave } from './leaving-backup.ts';
import { lockAllScreens, lockWithTheComputer } from './lock.ts';
import { setMenu } from './menu.ts';
import { OpenedFiles } from './opened-files.ts';
import { OwnPage } from './own-page.ts';
import { printFromMenu, savePage, servePaper } from './paper.ts';
import { restrict } from './permissions.ts';
import { linkRenderer, windowScreen } from './renderer-link.ts';
import { watchStation } from './silence.ts';
import { serveUpdates } from './updates/serve.ts';
import { confine, openWindow } from './window.ts';

/** The desktop shell: one window around the user interface, and the station behind it. */

app.enableSandbox();
registerScheme();
// Nothing here resolves a name: the page's own scheme is the only thing that it can reach.
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
// Nor does anything announce one to the local network, as WebRTC would to hide its own address.
app.commandLine.appendSwitch('disable-features', 'WebRtcHideLocalIpsWithMdns');

if (!refuseDebugging()) {
  if (app.requestSingleInstanceLock()) void start();
  else app.quit();
}

async function start(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(1),
    options: { data: { type: 'string' } },
    // Chromium's own switches are among the arguments.
    strict: false,
  });
  const data = dataFolder(typeof values.data === 'string' ? values.data : undefined);
  process.env[dataFolderVariable] = data;
  const host = new UtilityHost();
  const keeper = new StationKeeper(host, (line) => process.stderr.write(`${line}\n`));
  let window: BrowserWindow | undefined;
  const show = () => {
    if (!window) {
      window = openWindow(readScreenSettings(data));
      window.once('closed', () => {
        window = undefined;
      });
    }
    if (window.isMinimized()) window.restore();
    window.focus();
  };

  app.on('web-contents-created', (_event, contents) => confine(contents));
  const page = new OwnPage(() => window);
  askBeforeLeaving(page);
  const opened = new OpenedFiles(page);
  app.on('second-instance', (_event, args, folder) => {
    show();
    void opened.openAll(args.slice(1), folder);
  });
  app.on('activate', show);
  app.on('window-all-closed', () => app.quit());
  let isStopping = false;
  let isStopped = false;
  const stop = async () => {
    isStopping = true;
    await backUpThenLeave(keeper.connect());
    await keeper.stop();
    isStopped = true;
    // Where nothing ran any more it is not later than the question whether to quit, and asked within that it is not heard.
    setImmediate(() => app.quit());
  };
  app.on('will-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    if (!isStopping) void stop();
  });

  try {
    const [content] = await Promise.all([readContent(distFile('renderer')), app.whenReady()]);
    await speakAsTheScreens(data);
    keeper.onGaveUp((ending) => void tellStationGaveUp(ending, () => keeper.start()));
    watchStation(keeper);
    // It takes longest to be there.
    keeper.start();
    await restrict(pageSession());
    serveContent(pageSession(), content);
    setMenu({
      lock: () => void lockAllScreens(keeper.connect()),
      print: () => window && void printFromMenu(window),
      savePdf: () => window && void savePage(window, 'Dermaspike'),
      go: (address) => {
        show();
        window?.webContents.send('dermaspike:go', address);
      },
    });
    lockWithTheComputer(() => keeper.connect());
    linkRenderer(page, keeper, host);
    servePaper(page);
    serveFolders(page);
    serveAttention(page);
    serveKeychain(page, data, () => keeper.connect(windowScreen));
    serveUpdates(page, data, () => keeper.connect(windowScreen));
    show();
    void opened.openAll(process.argv.slice(1));
  } catch (error) {
    dialog.showErrorBox(t('Dermaspike could not start'), (error as Error).message);
    app.exit(1);
  }
}

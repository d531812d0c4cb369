import { type BrowserWindow, dialog, ipcMain } from 'electron';
import { t } from '../src/language/index.ts';
import { Pulse, type PulseEvents } from '../src/processes/pulse.ts';
import type { StationKeeper } from '../src/station/keeper.ts';

/** The page itself says at once that the station is silent; the person is asked when that goes on. */
const stationPatienceMs = 8_000;
/** Somebody who chose to wait is asked again after this. */
const askAgainMs = 20_000;

interface Question {
  readonly message: string;
  readonly detail: string;
  /** The button that does not wait. */
  readonly remedy: string;
}

/** Offers a remedy for as long as something is silent, and takes the question back when it answers. */
function askWhileSilent(question: Question, remedy: () => void, patienceMs: number): PulseEvents {
  let timer: NodeJS.Timeout | undefined;
  let silence: AbortController | undefined;
  const ask = async (signal: AbortSignal) => {
    const { message, detail, remedy: button } = question;
    const { response } = await dialog.showMessageBox({
      type: 'warning',
      buttons: [t('Wait'), button],
      defaultId: 0,
      cancelId: 0,
      message,
      detail,
      signal,
    });
    if (signal.aborted) return;
    if (response === 1) remedy();
    else timer = setTimeout(() => void ask(signal), askAgainMs);
  };
  return {
    silent: () => {
      silence = new AbortController();
      const { signal } = silence;
      timer = setTimeout(() => void ask(signal), patienceMs);
    },
    back: () => {
      clearTimeout(timer);
      silence?.abort();
    },
  };
}

/** A station that is stuck can be started again: it comes back locked, with all that was saved. */
export function watchStation(keeper: StationKeeper): void {
  const question = {
    message: t('Dermaspike’s service does not answer.'),
    detail: t(
      'It keeps the clinic’s records and may only be busy. When it is started again, the clinic is locked; what was saved is safe, and what was being typed is kept as a draft.',
    ),
    remedy: t('Start it again'),
  };
  keeper.onPulse(askWhileSilent(question, () => keeper.restart(), stationPatienceMs));
}

/** A page that hangs can be loaded again. */
export function watchPage(window: BrowserWindow): void {
  const { webContents } = window;
  const question = {
    message: t('The window does not answer.'),
    detail: t(
      'It may only be busy. What was saved is safe, and what was being typed is kept as a draft.',
    ),
    remedy: t('Load it again'),
  };
  // Then it is loaded anew, as after any crash.
  const events = askWhileSilent(question, () => webContents.forcefullyCrashRenderer(), 0);
  const pulse = new Pulse(() => {
    if (!webContents.isCrashed()) webContents.send('dermaspike:pulse');
  }, events);
  const begin = () => {
    events.back();
    pulse.restart();
  };
  const answered = ({ sender }: { sender: unknown }) => {
    if (sender === webContents) pulse.answered();
  };
  ipcMain.on('dermaspike:pulse', answered);
  webContents.on('did-navigate', begin);
  webContents.on('render-process-gone', begin);
  window.once('closed', () => {
    begin();
    pulse.stop();
    ipcMain.off('dermaspike:pulse', answered);
  });
}

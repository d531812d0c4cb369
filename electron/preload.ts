import { contextBridge, ipcRenderer } from 'electron';
import type { DesktopPage, OpenedFile, UpdateProgress } from '../src/processes/desktop-page.ts';

/** Runs sandboxed beside the page: gives it its port to the station, and what its shell does for it. */

const argument = (name: string): string => {
  const prefix = `--dermaspike-${name}=`;
  return process.argv.find((each) => each.startsWith(prefix))?.slice(prefix.length) ?? '';
};

const page: DesktopPage = {
  platform: process.platform,
  version: argument('version'),
  screen: JSON.parse(argument('screen') || 'null'),
  print: () => ipcRenderer.invoke('dermaspike:print'),
  savePdf: (suggestedName) => ipcRenderer.invoke('dermaspike:save-pdf', suggestedName),
  tellUnfinished: (what) => ipcRenderer.send('dermaspike:unfinished', what),
  tellProgress: (done) => ipcRenderer.send('dermaspike:progress', done),
  tellDone: (work) => ipcRenderer.send('dermaspike:done', work),
  keychain: () => ipcRenderer.invoke('dermaspike:keychain'),
  keepInKeychain: (userName, passphrase) =>
    ipcRenderer.invoke('dermaspike:keychain-keep', userName, passphrase),
  forgetKeychain: () => ipcRenderer.invoke('dermaspike:keychain-forget'),
  unlockByKeychain: () => ipcRenderer.invoke('dermaspike:keychain-unlock'),
  chooseFolder: (title) => ipcRenderer.invoke('dermaspike:choose-folder', title),
  updates: {
    state: () => ipcRenderer.invoke('dermaspike:update-state'),
    choose: () => ipcRenderer.invoke('dermaspike:update-choose'),
    install: () => ipcRenderer.invoke('dermaspike:update-install'),
    finish: () => ipcRenderer.invoke('dermaspike:update-finish'),
    stepBack: () => ipcRenderer.invoke('dermaspike:update-step-back'),
    onProgress: (listener) => {
      const tell = (_event: unknown, progress: UpdateProgress) => listener(progress);
      ipcRenderer.on('dermaspike:update-progress', tell);
      return () => ipcRenderer.off('dermaspike:update-progress', tell);
    },
  },
};
contextBridge.exposeInMainWorld('dermaspike', Object.freeze(page));

ipcRenderer.on('dermaspike:port', ({ ports }) => {
  window.postMessage('dermaspike:port', window.location.origin, [...ports]);
});

// Whether the page's thread still runs its loop.
ipcRenderer.on('dermaspike:pulse', () => ipcRenderer.send('dermaspike:pulse'));

ipcRenderer.on('dermaspike:opened-file', (_event, { name, bytes }) => {
  const message: OpenedFile = { type: 'dermaspike:opened-file', name, bytes };
  window.postMessage(message, window.location.origin);
});

ipcRenderer.on('dermaspike:go', (_event, address: string) => {
  window.location.hash = address;
});

// By then the page's own script, which is deferred, is listening.
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send('dermaspike:connect'));

import { contextBridge, ipcRenderer } from 'electron';
import type { DesktopPage } from '../src/processes/desktop-page.ts';

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
};
contextBridge.exposeInMainWorld('dermaspike', Object.freeze(page));

ipcRenderer.on('dermaspike:port', ({ ports }) => {
  window.postMessage('dermaspike:port', window.location.origin, [...ports]);
});

// Whether the page's thread still runs its loop.
ipcRenderer.on('dermaspike:pulse', () => ipcRenderer.send('dermaspike:pulse'));

// By then the page's own script, which is deferred, is listening.
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send('dermaspike:connect'));

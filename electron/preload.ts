import { contextBridge, ipcRenderer } from 'electron';

/** Runs sandboxed beside the page: gives it its port to the station, and nothing else. */

const versionArgument = '--dermaspike-version=';
const version =
  process.argv
    .find((argument) => argument.startsWith(versionArgument))
    ?.slice(versionArgument.length) ?? '';

contextBridge.exposeInMainWorld(
  'dermaspike',
  Object.freeze({ platform: process.platform, version }),
);

ipcRenderer.on('dermaspike:port', ({ ports }) => {
  window.postMessage('dermaspike:port', window.location.origin, [...ports]);
});

// By then the page's own script, which is deferred, is listening.
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send('dermaspike:connect'));

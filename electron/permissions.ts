import type { Session } from 'electron';

/** What a page may load: its own files, and pictures it holds in memory. */
const allowedUrl = /^(dermaspike:\/\/app\/|blob:dermaspike:\/\/app\/|devtools:\/\/)/;

/**
 * Closes what a page does not need: every permission, every device, downloads, and anything that
 * is not the workstation's own file.
 */
export function restrict(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !allowedUrl.test(url) }),
  );
}

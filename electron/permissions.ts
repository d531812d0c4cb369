import type { Session } from 'electron';
import { isOwnPage } from './content.ts';

/** Nobody listens there: on most systems only an administrator could. */
const deadProxy = 'socks5://127.0.0.1:1';

/** What a page may load: its own files, and pictures it holds in memory. */
const allowedUrl = /^(dermaspike:\/\/app\/|blob:dermaspike:\/\/app\/|devtools:\/\/)/;

/** Of all permissions one is given: to put text on the clipboard, at the person's own click. */
function isAllowed(permission: string, url: string | undefined, isMainFrame: boolean): boolean {
  return (
    permission === 'clipboard-sanitized-write' && isMainFrame && url !== undefined && isOwnPage(url)
  );
}

/**
 * Closes what a page does not need: every permission but one, every device, downloads, and anything that
 * is not the workstation's own file. What would get past that filter, as WebRTC does, meets a dead proxy.
 */
export async function restrict(session: Session): Promise<void> {
  session.setPermissionRequestHandler((contents, permission, answer, { isMainFrame }) =>
    answer(isAllowed(permission, contents.getURL(), isMainFrame)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, _origin, { requestingUrl, isMainFrame }) =>
      isAllowed(permission, requestingUrl, isMainFrame),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !allowedUrl.test(url) }),
  );
  await session.setProxy({ proxyRules: deadProxy, proxyBypassRules: '<-loopback>' });
}

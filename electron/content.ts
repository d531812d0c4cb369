import { protocol, type Session, session } from 'electron';
import type { StaticFile } from '../src/web-shell/content.ts';

const scheme = 'dermaspike';
export const appOrigin = `${scheme}://app`;

/** Makes `dermaspike:` a scheme with an origin, for pages. Has to be called before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/**
 * The page's session. It lives in memory alone: Chromium would write the caches of any other, and
 * large images among the page's blobs, to disk in the clear.
 */
export function pageSession(): Session {
  return session.fromPartition('workstation');
}

/** Serves the user interface under `dermaspike://app/`, with the web shell's security headers. */
export function serveContent(
  { protocol }: Session,
  content: ReadonlyMap<string, StaticFile>,
): void {
  protocol.handle(scheme, (request) => {
    const url = new URL(request.url);
    const file = url.host === 'app' ? content.get(url.pathname) : undefined;
    if (!file || request.method !== 'GET') return new Response(null, { status: 404 });
    return new Response(new Uint8Array(file.body), { headers: file.headers });
  });
}

/** Whether a URL is one of the workstation's own pages. */
export function isOwnPage(url: string): boolean {
  return url === appOrigin || url.startsWith(`${appOrigin}/`);
}

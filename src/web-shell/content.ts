import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** What a page may load and do, in the web shell and in Electron alike: only what is ours. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), hid=(), serial=(), payment=()',
};

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

export interface StaticFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The user interface's files by URL path, read once: a request can name only what is listed, so no
 * path in a request ever reaches the file system.
 */
export async function readContent(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const content = new Map<string, StaticFile>();
  for (const entry of entries) {
    const mediaType = mediaTypes[path.extname(entry.name)];
    if (!entry.isFile() || !mediaType) continue;
    const file = path.join(entry.parentPath, entry.name);
    const urlPath = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    // Bundled assets carry a hash of their content in their name.
    const cacheControl = urlPath.startsWith('/assets/')
      ? 'private, max-age=31536000, immutable'
      : 'no-store';
    content.set(urlPath, {
      body: await readFile(file),
      headers: { ...securityHeaders, 'Content-Type': mediaType, 'Cache-Control': cacheControl },
    });
  }
  const index = content.get('/index.html');
  if (!index)
    throw new Error('The user interface is not built: run `npm run build`, then start again.');
  content.set('/', index);
  return content;
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { securityHeaders } from '../../src/web-shell/content.ts';
import { chromiumPath } from '../requirements.ts';
import type { Scenario } from './fake-station.ts';

export interface PageOptions {
  readonly scenario?: Scenario;
  /** For example `#/patients`. */
  readonly hash?: string;
  readonly scheme?: 'light' | 'dark';
  readonly widthPx?: number;
  readonly heightPx?: number;
  /** What the browser prefers, as `de-CH`. */
  readonly locale?: string;
}

/** The user interface over the fake station, under the shells' own content security policy. */
export interface RendererBrowser {
  open(options?: PageOptions): Promise<Page>;
  /** What the pages' consoles called an error, a refused policy among it. */
  readonly consoleErrors: string[];
  close(): Promise<void>;
}

const mediaTypes: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export async function openRenderer(): Promise<RendererBrowser> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-renderer-'));
  await build({
    configFile: path.join(import.meta.dirname, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder },
  });
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = path.join(folder, path.normalize(pathname === '/' ? '/index.html' : pathname));
    const body = await readFile(file).catch(() => undefined);
    const type = mediaTypes[path.extname(file)] ?? 'application/octet-stream';
    response.writeHead(body ? 200 : 404, { ...securityHeaders, 'Content-Type': type });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await launch();
  const consoleErrors: string[] = [];
  return {
    consoleErrors,
    async open({ scenario = 'clinic', hash = '', scheme = 'light', locale, ...size } = {}) {
      const page = await browser.newPage({
        viewport: { width: size.widthPx ?? 1440, height: size.heightPx ?? 900 },
        colorScheme: scheme,
        ...(locale && { locale }),
        reducedMotion: 'reduce',
      });
      page.setDefaultTimeout(60_000);
      page.on('console', (message) => {
        if (message.type() === 'error') consoleErrors.push(message.text());
      });
      page.on('pageerror', (error) => consoleErrors.push(error.message));
      await page.goto(`http://127.0.0.1:${port}/?scenario=${scenario}${hash}`);
      await page.locator('h1').first().waitFor();
      return page;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

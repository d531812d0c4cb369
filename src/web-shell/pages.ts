import { createHash } from 'node:crypto';
import { securityHeaders } from './content.ts';

/** A page of the shell's own, for when the user interface cannot be shown. */
export interface PlainPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** As the workstation looks (renderer/src/ui/tokens.css); nothing is loaded. */
const style = `
:root { color-scheme: light dark; --text: light-dark(#142022, #e6eded);
  --soft: light-dark(#435458, #b4c2c5); --line: light-dark(#dce3e4, #2a3538);
  --accent: light-dark(#0a6268, #5fc6c6); --on-accent: light-dark(#ffffff, #04282b); }
* { box-sizing: border-box; margin: 0; }
body { display: grid; place-items: center; min-height: 100vh; padding: 24px;
  background: light-dark(#f3f6f6, #0f1415); color: var(--text);
  font: 1rem/1.5 "IBM Plex Sans", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { display: grid; gap: 14px; width: min(100%, 460px); padding: 28px 30px 30px;
  border: 1px solid var(--line); border-radius: 12px; background: light-dark(#ffffff, #161d1f); }
.brand { display: flex; align-items: center; gap: 10px; margin-bottom: 4px;
  color: var(--soft); font-weight: 600; }
.mark rect { fill: var(--accent); }
.mark path { stroke: var(--on-accent); }
h1 { font-size: 1.375rem; line-height: 1.25; font-weight: 600; }
p, li { color: var(--soft); }
ol { display: grid; gap: 6px; padding-left: 1.3em; }
kbd { padding: 0 6px; border: 1px solid var(--line); border-radius: 4px; color: var(--text);
  font: 600 0.875em/1.5 ui-monospace, Consolas, "DejaVu Sans Mono", monospace; }
a { color: var(--accent); }
`;

const pageHeaders = {
  ...securityHeaders,
  // The page's own style, by its hash, and nothing else.
  'Content-Security-Policy': (securityHeaders['Content-Security-Policy'] ?? '').replace(
    "style-src 'self'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  ),
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
};

function page(status: number, title: string, content: string): PlainPage {
  return {
    status,
    headers: pageHeaders,
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Dermaspike</title>
<style>${style}</style>
<main>
<div class="brand">
<svg class="mark" width="32" height="32" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/><path d="M5 19h5.5l2-4 2.5 9 3-18 3 13h6" fill="none" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>
Dermaspike
</div>
<h1>${title}</h1>
${content}
</main>
</html>
`,
  };
}

export const pages = {
  wrongHost: page(
    403,
    'Wrong address',
    `<p>Dermaspike answers only to its own address on this computer. Open it by the link that it
printed.</p>`,
  ),
  wrongOrigin: page(403, 'Refused', '<p>This request came from another site.</p>'),
  wrongMethod: page(405, 'Refused', '<p>Dermaspike only hands out its pages here.</p>'),
  notFound: page(404, 'Not found', '<p>There is no such page. <a href="/">Open Dermaspike</a></p>'),
} as const;

import { securityHeaders } from './content.ts';

/** A page of the shell's own, for when the user interface cannot be shown. */
export interface PlainPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function page(status: number, title: string, text: string): PlainPage {
  return {
    status,
    headers: {
      ...securityHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
    },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Dermaspike</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
`,
  };
}

const howToGetALink =
  'Press Enter in the terminal in which Dermaspike runs: it prints a new link. ' +
  'Starting Dermaspike again prints one, too.';

export const pages = {
  linkUsed: page(
    403,
    'This link no longer works',
    `Each link opens Dermaspike in one browser, once. ${howToGetALink}`,
  ),
  noSession: page(
    403,
    'Open Dermaspike by its link',
    `This browser has not been let in. ${howToGetALink}`,
  ),
  wrongHost: page(
    403,
    'Wrong address',
    'Dermaspike answers only to its own address on this computer.',
  ),
  wrongOrigin: page(403, 'Refused', 'This request came from another site.'),
  wrongMethod: page(405, 'Refused', 'Dermaspike only hands out its pages here.'),
  notFound: page(404, 'Not found', 'There is no such page. <a href="/">Open Dermaspike</a>'),
} as const;

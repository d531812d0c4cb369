import { statfsSync } from 'node:fs';
import path from 'node:path';

/** What statfs(2) calls the file systems of Linux that lie on another computer (linux/magic.h). */
const remoteTypes = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
]);

/**
 * The kind of network share that `folder` is on, or would be made on; null for this computer's own
 * disks, and where it cannot be told: on Windows a share is known by its path alone, on macOS not.
 */
export function shareOf(
  folder: string,
  platform: NodeJS.Platform = process.platform,
  typeOf: (folder: string) => number = (each) => statfsSync(each).type,
): string | null {
  if (platform === 'win32') return /^[\\/]{2}(?![.?][\\/])/.test(folder) ? 'SMB' : null;
  if (platform !== 'linux') return null;
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    try {
      return remoteTypes.get(typeOf(at) >>> 0) ?? null;
    } catch {
      if (at === path.dirname(at)) return null; // Not even the root can be asked.
    }
  }
}

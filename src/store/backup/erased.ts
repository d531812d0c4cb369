import { z } from 'zod';
import type { Connection } from '../connection.ts';
import { decode } from '../repositories/decode.ts';
import { listBackups, tryManifest } from './medium.ts';
import type { BackupKeys } from './seal.ts';

const erasureRow = z.object({ finishedAt: z.string(), commits: z.int() });
type LastErasure = z.infer<typeof erasureRow>;

/** The last erasure that is finished; undefined where there was none. */
export function lastErasure(connection: Connection): LastErasure | undefined {
  const row = connection.get(
    `SELECT finished_at AS finishedAt, commits FROM erasure
     WHERE finished_at IS NOT NULL ORDER BY commits DESC LIMIT 1`,
  );
  return row ? decode(erasureRow, row, 'erasure') : undefined;
}

/** Whether a backup on the medium was made before, so that it may hold what was erased. */
export async function holdsErased(
  folder: string,
  keys: BackupKeys,
  last: LastErasure | undefined,
): Promise<boolean> {
  if (!last) return false;
  for (const { id, madeAt } of await listBackups(folder)) {
    const manifest = await tryManifest(folder, id, keys);
    if (manifest ? manifest.contents.commits < last.commits : madeAt <= last.finishedAt)
      return true;
  }
  return false;
}

import { connect } from '../processes/channel.ts';
import type { Link } from '../processes/link.ts';
import { stationContract } from './contract/index.ts';

/** After so long a shell ends without its backup: a medium may hang. */
const limitMs = 120_000;

/**
 * Has the station back up before its shell ends, if the clinic's schedule says so. Ends at `stop`, after two
 * minutes at the latest, and never throws. Tells what went wrong, in words that can be shown.
 */
export async function backUpBeforeLeaving(
  connection: Link | undefined,
  stop: AbortController,
): Promise<{ failure: string | null }> {
  if (!connection) return { failure: null };
  const timer = setTimeout(() => stop.abort(), limitMs);
  try {
    const client = connect(connection, stationContract);
    const { message } = await client.call('backup.beforeLeaving', {}, { signal: stop.signal });
    return { failure: message };
  } catch {
    // Stopped, too late, or the station is gone: the former backup is as it was.
    return { failure: null };
  } finally {
    clearTimeout(timer);
    connection.close();
  }
}

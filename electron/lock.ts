import { powerMonitor } from 'electron';
import { connect } from '../src/processes/channel.ts';
import type { Link } from '../src/processes/link.ts';
import { stationContract } from '../src/station/contract/index.ts';

/** Locks the clinic when the computer is locked, goes to sleep or changes hands. */
export function lockWithTheComputer(openConnection: () => Link | undefined): void {
  const lock = () => void lockAllScreens(openConnection());
  powerMonitor.on('lock-screen', lock);
  powerMonitor.on('suspend', lock);
  powerMonitor.on('user-did-resign-active', lock);
}

/** Asks the station, over a connection of its own, to lock every screen. */
export async function lockAllScreens(connection: Link | undefined): Promise<void> {
  // A station that is down comes back locked.
  if (!connection) return;
  try {
    await connect(connection, stationContract).call('session.lockAll', {});
  } catch {
    // There was no open clinic, or the station went away: either way it is locked.
  } finally {
    connection.close();
  }
}

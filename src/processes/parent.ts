import { ElectronUtility, type ParentPort } from './electron-utility.ts';
import type { ProcessHost } from './host.ts';
import type { Link } from './link.ts';
import { NodeHost, nodeParentLink } from './node-host.ts';

/**
 * What a hosted process (station, bridge, decoder) knows of whoever started it. Electron's utility
 * processes have `process.parentPort`; everywhere else it is a Node child process.
 */
const utility = electronUtility();

/** This process's link to its parent. The process ends when the parent is gone. */
export function parentLink(): Link {
  if (!utility) return nodeParentLink();
  utility.link.onClose(() => setImmediate(() => process.exit(0)));
  return utility.link;
}

/** Told of each connection of a screen that the parent hands over instead of relaying it: Electron's main does. */
export function onHandedOver(listener: (connection: Link, screen: string) => void): void {
  utility?.onConnection(listener);
}

/** Starts further processes in the same way as this one was started. */
export function processHost(): ProcessHost {
  return utility ?? new NodeHost();
}

function electronUtility(): ElectronUtility | undefined {
  const { parentPort } = process as { parentPort?: ParentPort };
  return parentPort ? new ElectronUtility(parentPort) : undefined;
}

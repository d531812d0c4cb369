import type { DesktopPage } from '../../../src/processes/desktop-page.ts';
import type { Link } from '../../../src/processes/link.ts';
import { forgetAdmission, ownAdmission } from './admission.ts';
import { greetShell, NotLetIn } from './greeting.ts';
import { portLink, socketLink } from './links.ts';

/** Where links to the station come from: asked for at the start and after each loss. */
export interface Transport {
  /** Rejects when there is no station to be had just now; with `NotLetIn` where trying again is of no use. */
  open(): Promise<Link>;
}

declare global {
  interface Window {
    /** Put there by Electron's preload script; its presence says which shell this is. */
    readonly dermaspike?: DesktopPage;
  }
}

export function shellTransport(): Transport {
  return window.dermaspike === undefined ? webShellTransport() : electronTransport();
}

function webShellTransport(): Transport {
  const open = async () => {
    try {
      return socketLink(await greetShell(`ws://${location.host}/station`, await ownAdmission()));
    } catch (error) {
      if (error instanceof NotLetIn) forgetAdmission();
      throw error;
    }
  };
  return { open };
}

/** The shell hands over a fresh port at the start and whenever it has restarted the station. */
function electronTransport(): Transport {
  let spare: Link | undefined;
  let waiting: ((link: Link) => void) | undefined;
  window.addEventListener('message', (event) => {
    const port = event.ports[0];
    if (event.source !== window || event.data !== 'dermaspike:port' || !port) return;
    const link = portLink(port);
    if (waiting) waiting(link);
    else spare = link;
    waiting = undefined;
  });
  return {
    open() {
      const link = spare;
      spare = undefined;
      return link
        ? Promise.resolve(link)
        : new Promise((resolve) => {
            waiting = resolve;
          });
    },
  };
}

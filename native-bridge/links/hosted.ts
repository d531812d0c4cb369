import type { HostedProcess } from '../../src/processes/host.ts';
import type { Link } from '../../src/processes/link.ts';
import { BaseLink } from './base-link.ts';
import type { ByteLink } from './link.ts';

/**
 * To a process of this program that speaks the wire over its link. Closes when the process ends, and
 * ends it when it is closed.
 */
export function openHosted(hosted: HostedProcess): ByteLink {
  const link = new HostedLink(hosted.link, () => hosted.kill());
  void hosted.exited.then(({ code, signal }) =>
    link.end(`its process ended with ${signal ?? `code ${code}`}`),
  );
  return link;
}

/** Such a process's own end. */
export function ownHosted(link: Link): ByteLink {
  return new HostedLink(link, () => link.close());
}

class HostedLink extends BaseLink {
  readonly #link: Link;
  protected readonly release: () => void;

  constructor(link: Link, release: () => void) {
    super();
    this.#link = link;
    this.release = release;
    link.onMessage((bytes) => {
      if (bytes instanceof Uint8Array) this.receive(bytes);
    });
    link.onClose(() => this.end('the other side is gone'));
  }

  write(bytes: Uint8Array): void {
    // A copy: of a view, the transport would carry all that it is a view of.
    if (!this.isClosed) this.#link.send(new Uint8Array(bytes));
  }

  override end(reason: string): void {
    super.end(reason);
  }
}

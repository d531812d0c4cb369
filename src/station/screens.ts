import type { Handlers } from '../processes/channel.ts';
import type { Link } from '../processes/link.ts';
import type { Clinics } from './clinics.ts';
import type { StationContract } from './contract/index.ts';
import { Session } from './session.ts';

/** A reload, or a connection that breaks, is over by then. */
const comeBackMs = 30_000;

/** Who is at a screen, and what answers it. */
export interface Screen {
  readonly session: Session;
  readonly handlers: Handlers<StationContract>;
}

interface Kept extends Screen {
  links: number;
  goingAway: NodeJS.Timeout | undefined;
}

/**
 * The screens by the names that their shell gives them. One whose last link has closed is locked, at
 * once where it has no name to come back by.
 */
export class Screens {
  readonly #clinics: Clinics;
  readonly #handlersFor: (session: Session) => Handlers<StationContract>;
  readonly #named = new Map<string, Kept>();

  constructor(clinics: Clinics, handlersFor: (session: Session) => Handlers<StationContract>) {
    this.#clinics = clinics;
    this.#handlersFor = handlersFor;
  }

  join(link: Link, name: string | undefined): Screen {
    const known = name === undefined ? undefined : this.#named.get(name);
    const screen = known ?? this.#appear(name);
    clearTimeout(screen.goingAway);
    screen.links += 1;
    link.onClose(() => {
      screen.links -= 1;
      if (screen.links > 0) return;
      if (name === undefined) this.#clinics.end(screen.session);
      else screen.goingAway = setTimeout(() => this.#goAway(name, screen), comeBackMs).unref();
    });
    return screen;
  }

  /** Waits for no screen any longer. */
  close(): void {
    for (const { goingAway } of this.#named.values()) clearTimeout(goingAway);
  }

  #appear(name: string | undefined): Kept {
    const session = new Session(this.#clinics);
    const handlers = this.#handlersFor(session);
    const screen = { session, handlers, links: 0, goingAway: undefined };
    if (name !== undefined) this.#named.set(name, screen);
    return screen;
  }

  #goAway(name: string, screen: Kept): void {
    this.#named.delete(name);
    this.#clinics.end(screen.session);
  }
}

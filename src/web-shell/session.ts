import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secretBytes = 32;
/** As many browsers as one person at one machine may have open; the oldest is signed out. */
const maxSessions = 16;

/**
 * Who may use the web shell: a link's token is exchanged, once, for a session cookie. Only hashes
 * of the secrets are kept, and they are compared in constant time.
 */
export class Sessions {
  /** Set when the port is known: cookies are shared between the ports of a host. */
  readonly #cookieName: string;
  #token: Buffer | undefined;
  readonly #sessions: Buffer[] = [];

  constructor(port: number) {
    this.#cookieName = `dermaspike-${port}`;
  }

  /** A new one-time token; the one before it stops working. */
  issueToken(): string {
    const token = newSecret();
    this.#token = digest(token);
    return token;
  }

  /** The `Set-Cookie` value for a new session, or nothing if the token is wrong or used. */
  exchange(token: string): string | undefined {
    if (!this.#token || !timingSafeEqual(this.#token, digest(token))) return undefined;
    this.#token = undefined;
    const session = newSecret();
    this.#sessions.push(digest(session));
    if (this.#sessions.length > maxSessions) this.#sessions.shift();
    return `${this.#cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** The name of the session that a request's `Cookie` header carries. */
  admitted(cookieHeader: string | undefined): string | undefined {
    for (const part of (cookieHeader ?? '').split(';')) {
      const [name, value] = part.trim().split('=', 2);
      if (name !== this.#cookieName || value === undefined) continue;
      const offered = digest(value);
      if (this.#sessions.some((session) => timingSafeEqual(session, offered)))
        return offered.toString('base64');
    }
    return undefined;
  }
}

function newSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

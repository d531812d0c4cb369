import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Admission, greetingText } from '../processes/greeting.ts';

const secretBytes = 32;
/** As many browser tabs as one person at one machine may have open; the oldest is let in no more. */
const maxAdmissions = 16;

/** What the next one must know, when one process that serves takes another's place: nothing of a patient's. */
export const keptAdmissions = z.object({
  /** SHA-256 of the link's token that is not used yet. */
  token: z.string().nullable(),
  secrets: z.array(z.tuple([z.string(), z.string()])),
});
export type KeptAdmissions = z.infer<typeof keptAdmissions>;

/** Who may use the web shell: a link's token is exchanged, once, for the secret of an admission. */
export class Admissions {
  #token: Buffer | undefined;
  /** The secrets, by the admissions' ids. */
  readonly #secrets = new Map<string, Buffer>();

  constructor(kept?: KeptAdmissions) {
    this.#token = kept?.token ? Buffer.from(kept.token, 'base64') : undefined;
    for (const [id, secret] of kept?.secrets ?? [])
      this.#secrets.set(id, Buffer.from(secret, 'base64'));
  }

  get kept(): KeptAdmissions {
    const secrets = [...this.#secrets].map(([id, secret]): [string, string] => [
      id,
      secret.toString('base64'),
    ]);
    return { token: this.#token?.toString('base64') ?? null, secrets };
  }

  /** A new one-time token; the one before it stops working. */
  issueToken(): string {
    const token = newSecret();
    this.#token = digest(token);
    return token;
  }

  /** Nothing if the token is wrong or used. */
  exchange(token: string): Admission | undefined {
    if (!this.#token || !timingSafeEqual(this.#token, digest(token))) return undefined;
    this.#token = undefined;
    const [id, secret] = [newSecret(), newSecret()];
    this.#secrets.set(id, Buffer.from(secret, 'base64url'));
    const [oldest] = this.#secrets.keys();
    if (this.#secrets.size > maxAdmissions && oldest) this.#secrets.delete(oldest);
    return { id, secret };
  }

  /** The greeting of a page that says that it has the admission; nothing if there is no such. */
  greet(id: string, nonce: string): Greeting | undefined {
    const secret = this.#secrets.get(id);
    if (!secret) return undefined;
    const challenge = newSecret();
    return {
      text: `${proof(secret, greetingText('shell', nonce)).toString('base64url')}.${challenge}`,
      isAnsweredBy: (answer) =>
        timingSafeEqual(digest(proof(secret, greetingText('page', challenge))), digest(answer)),
    };
  }
}

/** See `greetingProtocol`. */
export interface Greeting {
  readonly text: string;
  /** @param answer the page's text frame, as it came. */
  isAnsweredBy(answer: Buffer): boolean;
}

function newSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

function proof(secret: Buffer, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}

function digest(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

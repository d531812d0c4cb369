import { z } from 'zod';

/**
 * How a browser's page and the web shell make sure of each other, for each connection anew. Both know
 * the secret of the page's admission; it never travels again once it has been handed over, so whoever
 * takes the port after the shell has ended learns nothing, and is told nothing.
 *
 * 1. The page opens a WebSocket with the subprotocols `greetingProtocol` and `ID.NONCE`.
 * 2. The shell says, in a text frame, `PROOF.CHALLENGE`: its proof of the page's nonce.
 * 3. The page answers, in a text frame, its proof of the challenge. Messages follow.
 *
 * A proof is HMAC-SHA-256 under the secret over who proves and what; everything is base64url.
 */
export const greetingProtocol = 'dermaspike.1';

/** What a link's token is exchanged for. */
export const admission = z.object({ id: z.string(), secret: z.string() });
export type Admission = z.infer<typeof admission>;

/** The text that one side proves to know the secret by. */
export function greetingText(from: 'page' | 'shell', nonce: string): string {
  return `dermaspike ${from} ${nonce}`;
}

/** Why the shell closes a connection. */
export const closeCodes = {
  unsupported: 1003,
  tryAgainLater: 1013,
  /** This shell knows no such admission. */
  notLetIn: 4403,
} as const;

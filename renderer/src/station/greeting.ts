import {
  type Admission,
  closeCodes,
  greetingProtocol,
  greetingText,
} from '../../../src/processes/greeting.ts';

/** The web shell does not know this page: it needs a link. */
export class NotLetIn extends Error {}

/**
 * Opens a WebSocket to the shell that let this page in, and to no other program that may have taken its
 * port since. Throws `NotLetIn` where the shell does not know the page.
 */
export async function greetShell(url: string, { id, secret }: Admission): Promise<WebSocket> {
  const nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  const socket = new WebSocket(url, [greetingProtocol, `${id}.${nonce}`]);
  socket.binaryType = 'arraybuffer';
  const [proof = '', challenge = ''] = (await firstText(socket)).split('.', 2);
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', fromBase64Url(secret), hmac, false, [
    'sign',
    'verify',
  ]);
  const given = greeting('shell', nonce);
  if (!(await crypto.subtle.verify('HMAC', key, fromBase64Url(proof), given))) {
    socket.close();
    throw new Error('What answers at this port is not the shell that let this page in.');
  }
  const answer = await crypto.subtle.sign('HMAC', key, greeting('page', challenge));
  socket.send(toBase64Url(new Uint8Array(answer)));
  return socket;
}

const greeting = (from: 'page' | 'shell', nonce: string) =>
  new TextEncoder().encode(greetingText(from, nonce));

function firstText(socket: WebSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => resolve(String(data)), { once: true });
    socket.addEventListener(
      'close',
      ({ code }) =>
        reject(code === closeCodes.notLetIn ? new NotLetIn() : new Error('The socket closed.')),
      { once: true },
    );
  });
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Nothing where it is no base64url. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  try {
    const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

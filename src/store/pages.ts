import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { pageBytes } from './connection.ts';

/** Random, and new whenever a page is written. */
export const ivBytes = 16;
const macBytes = 64;
/** What of a page SQLite uses; behind it stand the IV and the authentication. */
export const usedBytes = pageBytes - ivBytes - macBytes;
export const saltBytes = 16;
const firstBytes = Buffer.from('SQLite format 3\0');

/**
 * Opens and seals the pages of a database file one by one, as SQLCipher 4 does under a raw key: AES-256-CBC with
 * an IV of each page's own, then HMAC-SHA-512 over that and the page's number. The first begins with the file's
 * salt, in the clear. https://www.zetetic.net/sqlcipher/design/
 */
export class Pages {
  readonly #key: Buffer;
  readonly #macKey: Buffer;

  /** `first` is the file's first page, which begins with the salt, or that alone. */
  constructor(key: Uint8Array, first: Uint8Array) {
    this.#key = Buffer.from(key);
    const salt = first.subarray(0, saltBytes).map((byte) => byte ^ 0x3a);
    this.#macKey = pbkdf2Sync(this.#key, salt, 2, this.#key.length, 'sha512');
  }

  isAuthentic(page: Buffer, number: number): boolean {
    const mac = page.subarray(usedBytes + ivBytes);
    return timingSafeEqual(mac, this.#mac(page, number));
  }

  /** The used bytes in the clear; nothing for a page that is not as it was sealed. */
  open(page: Buffer, number: number): Buffer | undefined {
    if (!this.isAuthentic(page, number)) return undefined;
    const iv = page.subarray(usedBytes, usedBytes + ivBytes);
    const cipher = createDecipheriv('aes-256-cbc', this.#key, iv).setAutoPadding(false);
    const text = cipher.update(page.subarray(startOf(number), usedBytes));
    return number === 1 ? Buffer.concat([firstBytes, text]) : text;
  }

  /** `former` is the page before, or the salt alone, which stays. */
  seal(text: Buffer, number: number, former: Buffer): Buffer {
    const start = startOf(number);
    const page = Buffer.alloc(pageBytes);
    page.set(former.subarray(0, start));
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-cbc', this.#key, iv).setAutoPadding(false);
    page.set(cipher.update(text.subarray(start, usedBytes)), start);
    page.set(iv, usedBytes);
    page.set(this.#mac(page, number), usedBytes + ivBytes);
    return page;
  }

  forget(): void {
    this.#key.fill(0);
    this.#macKey.fill(0);
  }

  #mac(page: Buffer, number: number): Buffer {
    const place = Buffer.alloc(4);
    place.writeUInt32LE(number);
    const text = page.subarray(startOf(number), usedBytes + ivBytes);
    return createHmac('sha512', this.#macKey).update(text).update(place).digest();
  }
}

/** Of a sealed page; a copy. */
export const ivOf = (page: Buffer): Buffer =>
  Buffer.from(page.subarray(usedBytes, usedBytes + ivBytes));

const startOf = (number: number) => (number === 1 ? saltBytes : 0);

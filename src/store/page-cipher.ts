import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { pageBytes } from './connection.ts';

export const saltBytes = 16;
const ivBytes = 16;
const macBytes = 64;
const reservedBytes = ivBytes + macBytes;
/** By SQLCipher's definition; the key is random, so that two rounds are enough. */
const macSaltMask = 0x3a;
const macRounds = 2;

/**
 * The pages of a database file as SQLCipher 4 has them under a raw key: AES-256-CBC with an IV of each page's
 * own, then HMAC-SHA-512 over that and the page's number. The first begins with the file's salt, in the clear.
 * https://www.zetetic.net/sqlcipher/design/
 */
export class PageCipher {
  readonly #key: Buffer;
  readonly #salt: Buffer;
  readonly #macKey: Buffer;

  /** `salt` is the file's first 16 bytes. */
  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#key = Buffer.from(key);
    this.#salt = Buffer.from(salt);
    const macSalt = Buffer.from(salt.map((byte) => byte ^ macSaltMask));
    this.#macKey = pbkdf2Sync(this.#key, macSalt, macRounds, 32, 'sha512');
  }

  /** Whether the page of this number, from 1 on, is as it was written. */
  isAuthentic(page: Buffer, number: number): boolean {
    const mac = page.subarray(pageBytes - macBytes);
    return timingSafeEqual(mac, this.#mac(page, number));
  }

  /** What is in an authentic page, without what is reserved for the cipher. */
  open(page: Buffer, number: number): Buffer {
    const [from, to] = [number === 1 ? saltBytes : 0, pageBytes - reservedBytes];
    const iv = page.subarray(to, to + ivBytes);
    const decipher = createDecipheriv('aes-256-cbc', this.#key, iv).setAutoPadding(false);
    return Buffer.concat([decipher.update(page.subarray(from, to)), decipher.final()]);
  }

  /** The reverse of `open`. */
  seal(content: Buffer, number: number): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-cbc', this.#key, iv).setAutoPadding(false);
    const page = Buffer.concat([
      number === 1 ? this.#salt : Buffer.alloc(0),
      cipher.update(content),
      cipher.final(),
      iv,
      Buffer.alloc(macBytes),
    ]);
    this.#mac(page, number).copy(page, pageBytes - macBytes);
    return page;
  }

  forget(): void {
    this.#key.fill(0);
    this.#macKey.fill(0);
  }

  #mac(page: Buffer, number: number): Buffer {
    const counted = Buffer.alloc(4);
    counted.writeUInt32LE(number);
    return createHmac('sha512', this.#macKey)
      .update(page.subarray(number === 1 ? saltBytes : 0, pageBytes - macBytes))
      .update(counted)
      .digest();
  }
}

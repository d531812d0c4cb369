import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;
/** What sealing adds to a text. */
export const sealBytes = ivBytes + tagBytes;
export const nameBytes = 32;

/** The keys of a clinic's backups, made from its data key: another data key makes other ones. */
export class BackupKeys {
  readonly #sealing: Buffer;
  readonly #naming: Buffer;

  constructor(clinicId: string, dataKey: Uint8Array) {
    const derive = (purpose: string) =>
      Buffer.from(hkdfSync('sha256', dataKey, clinicId, `dermaspike backup ${purpose}`, 32));
    this.#sealing = derive('sealing');
    this.#naming = derive('naming');
  }

  /** Tells backups under these keys from those under former ones, and nothing else. */
  get id(): string {
    return createHmac('sha256', this.#naming).update('id').digest('hex').slice(0, 16);
  }

  /** The name of a block: the same content has the same name. */
  name(content: Uint8Array): Buffer {
    return createHmac('sha256', this.#naming).update(content).digest();
  }

  hasName(content: Uint8Array, name: Uint8Array): boolean {
    return timingSafeEqual(this.name(content), name);
  }

  /** AES-256-GCM under a random nonce: nonce, tag, ciphertext. `about` is authenticated with it. */
  seal(content: Uint8Array, about: Uint8Array): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, iv, { authTagLength: tagBytes });
    cipher.setAAD(about);
    const text = cipher.update(content);
    cipher.final();
    return Buffer.concat([iv, cipher.getAuthTag(), text]);
  }

  /** Nothing when `sealed` was changed, or is about something else. */
  open(sealed: Uint8Array, about: Uint8Array): Buffer | undefined {
    if (sealed.length < sealBytes) return undefined;
    const iv = sealed.subarray(0, ivBytes);
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv('aes-256-gcm', this.#sealing, iv, options);
    decipher.setAAD(about);
    decipher.setAuthTag(sealed.subarray(ivBytes, sealBytes));
    const content = decipher.update(sealed.subarray(sealBytes));
    try {
      decipher.final();
      return content;
    } catch {
      return undefined;
    }
  }

  /** Safe to call twice. */
  forget(): void {
    this.#sealing.fill(0);
    this.#naming.fill(0);
  }
}

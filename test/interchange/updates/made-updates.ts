import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type UpdateKey, updateKey } from '../../../src/interchange/updates/keys.ts';
import type { UpdateManifest } from '../../../src/interchange/updates/manifest.ts';
import { makeUpdateFile } from '../../../src/interchange/updates/update-file.ts';

/** A maker of updates with a key pair of its own. */
export class Maker {
  readonly #pair = generateKeyPairSync('ed25519');
  readonly key: UpdateKey = updateKey(this.#pair.publicKey);
  readonly publicPem = this.#pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  readonly privatePem = this.#pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  /** Writes `<folder>/<name>` with the package `content`. */
  async make(
    folder: string,
    {
      name = 'a.dermaspike-update',
      content = randomBytes(3000),
      ...wanted
    }: Partial<UpdateManifest> & { name?: string; content?: Uint8Array } = {},
  ): Promise<string> {
    const file = path.join(folder, name);
    const packageFile = path.join(folder, `${name}.package`);
    writeFileSync(packageFile, content);
    await makeUpdateFile(packageFile, file, { ...described, ...wanted }, this.#pair.privateKey);
    return file;
  }
}

const described = {
  product: 'dermaspike',
  version: '1.3.0',
  platform: 'linux',
  arch: 'x64',
  kind: 'appimage',
  fileName: 'Dermaspike-1.3.0.AppImage',
  database: 25,
  leastDatabase: 1,
  madeAt: '2026-11-27T10:00:00.000Z',
  notes: 'Finds more, asks less.',
} as const;

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { headBytes, provenManifest, readHead, signedHead, tampered } from './head.ts';
import { type UpdateKey, updateKey } from './keys.ts';
import { UpdateError, type UpdateManifest } from './manifest.ts';

/** Of the ending under which update files are offered. */
export const updateExtension = 'dermaspike-update';

const chunkBytes = 2 ** 20;

/** Told how much of the package is done, from 0 to 1. */
export type Progress = (share: number) => void;

/**
 * An update file whose manifest its signature has proved. The package is proved by `verify`, and
 * again by `unpack` while it is written and once it is there: the file may change in between.
 */
export class UpdateFile {
  readonly manifest: UpdateManifest;
  readonly signedBy: UpdateKey;
  readonly #handle: FileHandle;
  readonly #packageAt: number;

  private constructor(
    handle: FileHandle,
    packageAt: number,
    proven: { manifest: UpdateManifest; key: UpdateKey },
  ) {
    this.#handle = handle;
    this.#packageAt = packageAt;
    this.manifest = proven.manifest;
    this.signedBy = proven.key;
  }

  /** Reads no more than the manifest. Throws UpdateError, and the file system's errors. */
  static async open(file: string, keys: readonly UpdateKey[]): Promise<UpdateFile> {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const head = readHead(await readUpTo(handle, 0, headBytes));
      const packageAt = headBytes + head.manifestBytes;
      if (packageAt > size) throw cutShort();
      const content = await readUpTo(handle, headBytes, head.manifestBytes);
      const proven = provenManifest(head, content, keys);
      const missing = packageAt + proven.manifest.sizeBytes - size;
      if (missing > 0) throw cutShort();
      if (missing < 0) throw tampered();
      return new UpdateFile(handle, packageAt, proven);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Reads the package through, a piece at a time. Throws UpdateError. */
  async verify(onProgress: Progress = () => {}, signal?: AbortSignal): Promise<void> {
    await this.#through(async () => {}, onProgress, signal);
  }

  /**
   * Writes the package to `file`, for this user alone, and reads it back: `file` appears when it is
   * proved to be what was signed. Throws UpdateError, and the file system's errors.
   */
  async unpack(file: string, onProgress: Progress = () => {}): Promise<void> {
    const fresh = `${file}.part`;
    try {
      const out = await open(fresh, 'w', 0o600);
      try {
        await this.#through((piece) => writeAll(out, piece), onProgress);
        await out.sync();
      } finally {
        await out.close();
      }
      if ((await sha256Of(fresh)) !== this.manifest.sha256) throw tampered();
      await rename(fresh, file);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #through(
    use: (piece: Buffer) => Promise<void>,
    onProgress: Progress,
    signal?: AbortSignal,
  ): Promise<void> {
    const { sizeBytes, sha256 } = this.manifest;
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(Math.min(chunkBytes, sizeBytes));
    for (let done = 0; done < sizeBytes; ) {
      signal?.throwIfAborted();
      const length = Math.min(buffer.length, sizeBytes - done);
      const { bytesRead } = await this.#handle.read(buffer, 0, length, this.#packageAt + done);
      if (bytesRead === 0) throw cutShort();
      const piece = buffer.subarray(0, bytesRead);
      hash.update(piece);
      await use(piece);
      done += bytesRead;
      onProgress(done / sizeBytes);
    }
    if (hash.digest('hex') !== sha256) throw tampered();
  }
}

/** Makes an update file of the package at `packageFile`, signed with `privateKey` (Ed25519). */
export async function makeUpdateFile(
  packageFile: string,
  file: string,
  described: Omit<UpdateManifest, 'sizeBytes' | 'sha256'>,
  privateKey: KeyObject,
): Promise<UpdateManifest> {
  const from = await open(packageFile, 'r');
  const to = await open(file, 'w', 0o644);
  try {
    const { size: sizeBytes } = await from.stat();
    const manifest = { ...described, sizeBytes, sha256: await sha256Of(packageFile) };
    await writeAll(to, signedHead(manifest, privateKey, updateKey(createPublicKey(privateKey))));
    for await (const piece of from.createReadStream({ autoClose: false }))
      await writeAll(to, piece);
    await to.sync();
    return manifest;
  } finally {
    await from.close();
    await to.close();
  }
}

/** The SHA-256 of a file, read a piece at a time. */
export async function sha256Of(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const hash = createHash('sha256');
    for await (const piece of handle.createReadStream({ autoClose: false })) hash.update(piece);
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

function cutShort(): UpdateError {
  return new UpdateError(
    'cut-short',
    'This update is not whole: its end is missing. Nothing was changed. Copy it again, or ask for it again.',
  );
}

async function readUpTo(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
}

import { type KeyObject, sign, verify } from 'node:crypto';
import { keyIdBytes, type UpdateKey } from './keys.ts';
import { UpdateError, type UpdateManifest, updateManifest } from './manifest.ts';

/*
 * An update file: a head, the manifest, the package. Numbers are big-endian.
 *
 *   8  magic, damaged by whatever takes the file for text
 *   2  version of this format
 *   4  bytes of the manifest
 *  12  the signing key's id
 *  64  Ed25519 signature of the 26 bytes above and the manifest
 *   …  manifest: canonical JSON, UTF-8
 *   …  the package, as many bytes as the manifest says, with the SHA-256 that it says
 */
const magic = Buffer.from('\x89DSU\r\n\x1a\n', 'latin1');
const formatVersion = 1;
const signatureBytes = 64;
const [versionAt, lengthAt, keyAt] = [8, 10, 14];
const signatureAt = keyAt + keyIdBytes;
export const headBytes = signatureAt + signatureBytes;
export const maxManifestBytes = 64 * 1024;

/** A head whose manifest has not been looked at. */
export interface UpdateHead {
  readonly manifestBytes: number;
  readonly keyId: Buffer;
  readonly signature: Buffer;
  /** What the signature covers before the manifest. */
  readonly signedPart: Buffer;
}

/** Signs `manifest`: the bytes that stand before the package. */
export function signedHead(manifest: UpdateManifest, privateKey: KeyObject, key: UpdateKey) {
  const content = Buffer.from(canonical(updateManifest.parse(manifest)));
  if (content.length > maxManifestBytes) throw new RangeError('The manifest is too long.');
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeUInt16BE(formatVersion, versionAt);
  head.writeUInt32BE(content.length, lengthAt);
  key.id.copy(head, keyAt);
  const signed = Buffer.concat([head.subarray(0, signatureAt), content]);
  sign(null, signed, privateKey).copy(head, signatureAt);
  return Buffer.concat([head, content]);
}

/** Looks at the head alone. Throws UpdateError. */
export function readHead(head: Buffer): UpdateHead {
  if (head.length < headBytes || !head.subarray(0, magic.length).equals(magic))
    throw new UpdateError(
      'not-an-update',
      'This is no update of Dermaspike. Choose the file whose name ends in .dermaspike-update.',
    );
  const version = head.readUInt16BE(versionAt);
  if (version !== formatVersion)
    throw new UpdateError(
      'newer-format',
      `This update has a form (${version}) that this program does not know. Ask for an update from version to version, beginning with the next one.`,
    );
  const manifestBytes = head.readUInt32BE(lengthAt);
  if (manifestBytes === 0 || manifestBytes > maxManifestBytes) throw tampered();
  return {
    manifestBytes,
    keyId: head.subarray(keyAt, signatureAt),
    signature: head.subarray(signatureAt, headBytes),
    signedPart: head.subarray(0, signatureAt),
  };
}

/** The manifest, once its signature has proved it. Throws UpdateError. */
export function provenManifest(
  { keyId, signature, signedPart }: UpdateHead,
  content: Buffer,
  keys: readonly UpdateKey[],
): { manifest: UpdateManifest; key: UpdateKey } {
  if (signature.every((byte) => byte === 0))
    throw new UpdateError(
      'unsigned',
      'This update is not signed, so nobody can say where it comes from. Nothing was changed. Ask for the signed one.',
    );
  if (keys.length === 0)
    throw new UpdateError(
      'no-key',
      'This copy of Dermaspike has no key to check updates with, and accepts none. Install the new version by hand.',
    );
  const key = keys.find(({ id }) => id.equals(keyId));
  if (!key)
    throw new UpdateError(
      'unknown-key',
      'This update is signed with a key that this program does not know. Nothing was changed. Ask where it comes from before you use it anywhere.',
    );
  if (!verify(null, Buffer.concat([signedPart, content]), key.key, signature)) throw tampered();
  const parsed = updateManifest.safeParse(parseJson(content));
  // Signed, yet not as this format has it: a mistake of its maker's.
  if (!parsed.success || canonical(parsed.data) !== content.toString('utf8'))
    throw new UpdateError(
      'newer-format',
      'This update says of itself what this program does not understand. Ask for an update from version to version, beginning with the next one.',
    );
  return { manifest: parsed.data, key };
}

export function tampered(): UpdateError {
  return new UpdateError(
    'tampered',
    'This update is not as it was signed: it was changed or damaged on its way. Nothing was changed. Copy it again, or ask for it again.',
  );
}

/** Members in the schema's order, without blanks. */
const canonical = (manifest: UpdateManifest): string => JSON.stringify(manifest);

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}

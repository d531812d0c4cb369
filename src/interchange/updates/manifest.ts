import { z } from 'zod';
import { instant, sha256 } from '../../clinic/entities/index.ts';

/** In which form a version of the program comes, and is installed. */
export const packageKinds = ['appimage', 'deb', 'nsis', 'zip'] as const;
export type PackageKind = (typeof packageKinds)[number];

/** Three numbers, such as `1.4.0`. */
export const programVersion = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/);

/** Bytes of a package; more than one has ever needed. */
const maxPackageBytes = 4 * 2 ** 30;

/** What an update file says of the package in it. The maker's signature covers every byte of it. */
export const updateManifest = z.strictObject({
  product: z.string().min(1).max(40),
  version: programVersion,
  platform: z.enum(['linux', 'win32', 'darwin']),
  arch: z.enum(['x64', 'arm64']),
  kind: z.enum(packageKinds),
  /** Of the package, without a folder. */
  fileName: z.string().regex(/^\w[\w.+-]{0,119}$/),
  sizeBytes: z.int().min(1).max(maxPackageBytes),
  sha256,
  /** The version to which it brings a clinic's database: the number of its migrations. */
  database: z.int().min(1),
  /** The oldest version of a database that it can bring there. */
  leastDatabase: z.int().min(1),
  madeAt: instant,
  /** What is new, in plain text. */
  notes: z.string().max(10_000),
});
export type UpdateManifest = z.infer<typeof updateManifest>;

export const productName = 'dermaspike';

export type UpdateErrorCode =
  // the file
  | 'not-an-update'
  | 'newer-format'
  | 'cut-short'
  | 'unsigned'
  | 'unknown-key'
  | 'tampered'
  // what it is for
  | 'other-product'
  | 'other-system'
  | 'older'
  | 'same-version'
  | 'newer-database'
  // this copy of the program
  | 'no-key';

/** Why an update file is refused. The message is fit to show as it is. */
export class UpdateError extends Error {
  override readonly name = 'UpdateError';
  readonly code: UpdateErrorCode;
  constructor(code: UpdateErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

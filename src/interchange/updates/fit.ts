import { type PackageKind, productName, UpdateError, type UpdateManifest } from './manifest.ts';

/** The program that an update would replace. */
export interface InstalledProgram {
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
  /** In which form it was installed; null for one that was unpacked by hand or runs from its source. */
  readonly kind: PackageKind | null;
  /** The version of the database that it works with. */
  readonly database: number;
}

const kindNames: Record<PackageKind, string> = {
  appimage: 'Linux, as an AppImage',
  deb: 'Debian or Ubuntu, as a .deb package',
  nsis: 'Windows, by its installer',
  zip: 'macOS',
};
const platformNames: Record<string, string> = { linux: 'Linux', win32: 'Windows', darwin: 'macOS' };

/** Throws UpdateError unless the update is for this program, and leads onwards. */
export function assertFits(manifest: UpdateManifest, program: InstalledProgram): void {
  const { product, version, platform, arch, kind, database, leastDatabase } = manifest;
  if (product !== productName)
    throw new UpdateError(
      'other-product',
      `This update is for another program (${product}). Choose the one for Dermaspike.`,
    );
  if (
    platform !== program.platform ||
    arch !== program.arch ||
    (program.kind && kind !== program.kind)
  )
    throw new UpdateError(
      'other-system',
      `This update is for ${kindNames[kind]} (${arch}). This computer has ${
        program.kind ? kindNames[program.kind] : platformNames[program.platform]
      } (${program.arch}). Ask for that one.`,
    );
  const order = compareVersions(version, program.version);
  if (order === 0)
    throw new UpdateError(
      'same-version',
      `This update is version ${version}, which this program is already.`,
    );
  if (order < 0 || database < program.database)
    throw new UpdateError(
      'older',
      `This update is older than the program: version ${version} with a database of version ${database}, against ${program.version} with ${program.database}. To go back, use the step back below.`,
    );
  if (leastDatabase > program.database)
    throw new UpdateError(
      'newer-database',
      `This update needs a database of version ${leastDatabase}; this program's has ${program.database}. Install the version in between first.`,
    );
}

/** Below zero when `one` is older. Throws RangeError for what is no version. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  for (const [index, number] of a.entries()) {
    const difference = number - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  const numbers = version.split('.').map(Number);
  if (numbers.length !== 3 || !numbers.every(Number.isSafeInteger))
    throw new RangeError(`${version} is no version of this program.`);
  return numbers;
}

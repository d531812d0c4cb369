import path from 'node:path';
import type { InstalledProgram } from '../../src/interchange/updates/fit.ts';
import type { PackageKind } from '../../src/interchange/updates/manifest.ts';

/** This copy of the program, as an update would replace it. */
export interface Installed extends InstalledProgram {
  /** The file that is the whole program, where it is one: an AppImage. */
  readonly file: string | null;
}

/** What says in which form the program was installed. */
export interface Traces {
  readonly version: string;
  readonly database: number;
  readonly isPackaged: boolean;
  readonly platform: string;
  readonly arch: string;
  readonly execPath: string;
  readonly env: NodeJS.ProcessEnv;
}

export function installedProgram({ isPackaged, execPath, env, ...program }: Traces): Installed {
  const { APPIMAGE: image, APPDIR: mount } = env;
  const isImage = Boolean(
    isPackaged && image && path.isAbsolute(image) && mount && isWithin(execPath, mount),
  );
  const kind = isPackaged ? kindOf(program.platform, execPath, env, isImage) : null;
  return { ...program, kind, file: isImage ? (image ?? null) : null };
}

function kindOf(
  platform: string,
  execPath: string,
  env: NodeJS.ProcessEnv,
  isImage: boolean,
): PackageKind | null {
  if (platform === 'darwin') return 'zip';
  // The portable program for Windows is one file that unpacks itself anew each time.
  if (platform === 'win32') return env.PORTABLE_EXECUTABLE_FILE ? null : 'nsis';
  if (isImage) return 'appimage';
  return isWithin(execPath, '/opt/Dermaspike') ? 'deb' : null;
}

const isWithin = (file: string, folder: string): boolean =>
  !path.relative(folder, file).startsWith('..');

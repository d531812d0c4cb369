import type { ProcessName } from './host.ts';

/** What a process may need of its shell's environment: where things lie, and the language. */
const harmless =
  /^(DERMASPIKE_(?!PASSPHRASE$|RECOVERY_KEY$)\w+|PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_\w+|SystemRoot|SystemDrive|windir|ComSpec|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramData)$/i;

/** The decoder finds nothing by itself: it is given bytes, and gives bytes back. */
const forDecoder = /^(TZ|SystemRoot|SystemDrive|windir)$/i;

/**
 * The environment of a process of the product. Left out are all variables that would change what it runs
 * or whom it trusts (`LD_PRELOAD`, `NODE_OPTIONS`, `NODE_EXTRA_CA_CERTS` and their kind), whatever
 * secrets other programs keep there, and those that the command line is given.
 */
export function environmentOf(name: ProcessName, env: NodeJS.ProcessEnv): Record<string, string> {
  const allowed = name === 'decoder' ? forDecoder : harmless;
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => allowed.test(entry[0]) && entry[1] !== undefined,
    ),
  );
}

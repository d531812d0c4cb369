// Fetches Electron's binary: its archive with progress, checked against the checksums that its package
// names; then its own installer unpacks it. Mirrors and caches are the usual ones (ELECTRON_MIRROR,
// electron_config_cache), a proxy that of HTTPS_PROXY. Says on stdout how far it is, a line each.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Of what was said last. */
let lastStep = -1;

const [electronFolder = ''] = process.argv.slice(2);
const require = createRequire(path.join(electronFolder, 'package.json'));

if (process.env.HTTPS_PROXY || process.env.https_proxy) process.env.ELECTRON_GET_USE_PROXY = 'true';
const { downloadArtifact, initializeProxy } = await import(
  pathToFileURL(require.resolve('@electron/get')).href
);
if (process.env.ELECTRON_GET_USE_PROXY) initializeProxy();

try {
  await downloadArtifact({
    version: require('./package.json').version,
    artifactName: 'electron',
    platform: process.env.npm_config_platform || process.platform,
    arch: process.env.npm_config_arch || process.arch,
    cacheRoot: process.env.electron_config_cache,
    checksums: require('./checksums.json'),
    downloadOptions: {
      quiet: true,
      getProgressCallback: async (
        /** @type {{ transferred: number, total: number | null }} */ { transferred, total },
      ) => say(transferred, total),
    },
  });
} catch (error) {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  process.stderr.write(`${cause instanceof Error ? cause.message : cause}\n`);
  process.exit(1);
}

/** At most one line a percent, or a megabyte where the whole is not known. */
function say(/** @type {number} */ transferred, /** @type {number | null} */ total) {
  const step = Math.floor(total ? (100 * transferred) / total : transferred / 1e6);
  if (step === lastStep) return;
  lastStep = step;
  process.stdout.write(`${transferred} ${total ?? 0}\n`);
}

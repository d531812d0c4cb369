import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { productRoot } from '../src/processes/dist.ts';
import { isPrepared } from './desktop/electron22/prepare.mjs';

/**
 * What some suites need beyond the repository. A suite whose requirement is missing is skipped with
 * one line that names the remedy; where `DERMASPIKE_TEST_ALL` is set, as in CI, it fails instead.
 */
const shared = path.join(path.dirname(productRoot), 'shared');
const mustHaveAll = process.env.DERMASPIKE_TEST_ALL !== undefined;

/** A path inside the shared data folder beside the project. */
export function sharedFile(...parts: string[]): string {
  return path.join(shared, ...parts);
}

export const chromiumPath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ??
  '';

/** A Python that has what `training/sources.py` imports. */
export const pythonPath =
  [process.env.DERMASPIKE_PYTHON, '/usr/bin/python3', 'python3'].find(
    (python) => python && spawnSync(python, ['-c', 'import numpy, PIL']).status === 0,
  ) ?? '';

/** What umockdev and its Python binding put there, and the library that node-hid is linked to. */
const triple = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
const simulation = [
  '/usr/lib/python3/dist-packages/gi',
  `${triple}/girepository-1.0/UMockdev-1.0.typelib`,
  `${triple}/libusb-1.0.so.0`,
];

const requirements = {
  shared: {
    met: existsSync(shared),
    remedy: 'put the data folder at ../shared, beside the project',
  },
  chromium: { met: chromiumPath !== '', remedy: 'apt-get install chromium' },
  'numpy and Pillow': {
    met: pythonPath !== '',
    remedy:
      'apt-get install python3-numpy python3-pil, or name a Python that has them in DERMASPIKE_PYTHON',
  },
  typefaces: {
    met: existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'),
    remedy: 'apt-get install fonts-dejavu-core',
  },
  poppler: {
    met: existsSync('/usr/bin/pdftotext'),
    remedy: 'apt-get install poppler-utils',
  },
  umockdev: {
    met: ['/usr/bin/umockdev-wrapper', '/usr/bin/python3', ...simulation].every(existsSync),
    remedy:
      'apt-get install umockdev gir1.2-umockdev-1.0 python3-gi libusb-1.0-0 (Linux on x64 or arm64)',
  },
  desktop: {
    met: isPrepared(),
    remedy: 'npm run -s desktop:check, which fetches an Electron and says what it needs',
  },
  mount: {
    // Whoever asks has tried to mount, and failed.
    met: false,
    remedy: 'run the tests as root on Linux (they mount a small file system)',
  },
} as const;

/** Whether a suite must be skipped; says so once. Use as `describe.skipIf(lacks('chromium'))`. */
export function lacks(requirement: keyof typeof requirements, suite: string): boolean {
  const { met, remedy } = requirements[requirement];
  if (met) return false;
  if (mustHaveAll) throw new Error(`${suite} needs ${requirement}: ${remedy}`);
  process.stderr.write(`Skipped: ${suite}. To enable it: ${remedy}\n`);
  return true;
}

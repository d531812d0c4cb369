import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { productVersion } from '../version.ts';
import { type Check, fine, problem, reinstall } from './check.ts';

/** The native libraries are built for its Node-API, and the engines rely on its V8. */
const oldestNode = 24;
const leastMemoryGib = 3.5;

/** The program, its Node and native libraries, and this computer. */
export const platformChecks: readonly Check[] = [
  {
    title: 'Dermaspike',
    remedy: reinstall,
    run: () => fine(productVersion),
  },
  {
    title: 'Node',
    remedy: reinstall,
    run: () => {
      const { node, v8 } = process.versions;
      return isNodeNewEnough()
        ? fine(`${node}, V8 ${v8}`)
        : problem(`${node} is too old`, `Use Node ${oldestNode} or newer.`);
    },
  },
  {
    title: 'Encrypted database',
    remedy: reinstall,
    run: async () => {
      // An older Node crashes on loading it.
      if (!isNodeNewEnough()) return problem('not tried', `Use Node ${oldestNode} or newer.`);
      const { default: Database } = await import('better-sqlite3');
      const database = new Database(':memory:');
      try {
        const [version, ciphers] = database
          .prepare('SELECT sqlite_version(), sqlite3mc_version()')
          .raw()
          .get() as [string, string];
        return fine(`SQLite ${version}, ${ciphers}`);
      } finally {
        database.close();
      }
    },
  },
  {
    title: 'Image decoder',
    remedy: reinstall,
    run: async () => {
      const { default: sharp } = await import('sharp');
      const needed = ['jpeg', 'png', 'tiff', 'webp', 'gif'] as const;
      const missing = needed.filter((format) => !sharp.format[format].input.buffer);
      const versions = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`;
      return missing.length === 0
        ? fine(versions)
        : problem(`${versions} cannot read ${missing.join(', ')}`, reinstall);
    },
  },
  {
    title: 'onnxruntime (independent check of the network)',
    remedy: `${reinstall} Readings do not need it; the tests do.`,
    run: async () => {
      const { env } = await import('onnxruntime-node');
      return fine(env.versions.node ?? env.versions.common);
    },
  },
  {
    title: 'Processor',
    remedy: 'The program runs, but its speed here is unknown.',
    run: () => {
      const model = cpus()[0]?.model.trim() || process.arch;
      const features = processorFeatures();
      const listed = features.length > 0 ? `; ${features.join(', ')}` : '';
      return fine(`${model}, ${availableParallelism()} cores${listed}`);
    },
  },
  {
    title: 'Memory',
    remedy: `Use a computer with at least 4 GiB.`,
    run: () => {
      const gib = totalmem() / 2 ** 30;
      const detail = `${gib.toFixed(1)} GiB`;
      return gib >= leastMemoryGib
        ? fine(detail)
        : problem(`${detail} is little`, 'Use a computer with at least 4 GiB.');
    },
  },
];

function isNodeNewEnough(): boolean {
  return Number.parseInt(process.versions.node, 10) >= oldestNode;
}

/** Vector instructions that speed up the integer arithmetic of the emulator. */
function processorFeatures(): string[] {
  if (process.arch === 'arm64') return ['NEON'];
  if (process.platform !== 'linux') return [];
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ');
  const known = { ssse3: 'SSSE3', avx2: 'AVX2', avx_vnni: 'AVX-VNNI', avx512_vnni: 'AVX-512 VNNI' };
  return Object.entries(known).flatMap(([flag, name]) => (flags?.includes(flag) ? [name] : []));
}

// Compiles the SIMD kernels (AssemblyScript, src/snn/engines/simd/kernels/*.as) for both tiers, and
// writes them as one TypeScript module, which is committed: a clone needs no compiler.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import asc from 'assemblyscript/asc';
import { projectRoot } from './project.mjs';

const folder = path.join(projectRoot, 'src/snn/engines/simd/kernels');
const target = path.join(projectRoot, 'src/snn/engines/simd/kernels.generated.ts');

/** @returns {Promise<Uint8Array>} the module of one tier, or of one file of it */
async function compile(/** @type {boolean} */ relaxed, file = 'index.ts') {
  /** @type {Uint8Array | undefined} */
  let binary;
  const { error, stderr } = await asc.main(
    [
      file,
      ...['--outFile', 'kernels.wasm', '--runtime', 'stub', '--importMemory', '--noExportMemory'],
      // Memory may be shared; kernels.ts takes the flag back for one that is not.
      ...['--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...[
        '--enable',
        relaxed ? 'threads,simd,relaxed-simd' : 'threads,simd',
        '--use',
        `RELAXED=${relaxed ? 1 : 0}`,
      ],
      ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
    ],
    {
      // The compiler looks for .ts; these files are no TypeScript, so they are named .as.
      readFile: (/** @type {string} */ name) =>
        readFile(path.join(folder, name.replace(/\.ts$/, '.as')), 'utf8').catch(() => null),
      writeFile: (/** @type {string} */ _name, /** @type {Uint8Array | string} */ contents) => {
        if (typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined) throw new Error(`${error?.message}\n${stderr}`);
  return binary;
}

/** The source text of `kernels.generated.ts`. */
export async function kernelModule() {
  const base64 = async (/** @type {boolean} */ relaxed, file = 'index.ts') =>
    Buffer.from(await compile(relaxed, file)).toString('base64');
  return `// Made by \`node build/kernels.mjs\` from kernels/*.as; do not edit.
/** WebAssembly modules, base64. */
export const relaxedKernels =
  '${await base64(true)}';
export const v128Kernels =
  '${await base64(false)}';
/** The test of the relaxed dot product alone. */
export const probeKernel =
  '${await base64(true, 'probe.ts')}';
`;
}

if (process.argv[1] === import.meta.filename) await writeFile(target, await kernelModule());

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elementCount, type Network, readNetwork, SnnError } from '../../src/snn/index.ts';
import { dequantized, expectEnginesToAgree } from '../snn/engines.ts';
import { writeModel } from '../snn/onnx-writer.ts';
import { Oracle } from '../snn/oracle.ts';
import { anyNetworkArbitrary, buildNetwork, randomIntegers } from '../snn/random-network.ts';
import { modelMutations, mutations, type Random } from './mutations.ts';

/** `npm run nightly:fuzz` sets both. */
const FILES = Number(process.env.DERMASPIKE_FUZZ_FILES ?? 2_000);
const SEED = Number(process.env.DERMASPIKE_SEED ?? 1);
/** To repeat one file: its number, and one file. */
const FIRST = Number(process.env.DERMASPIKE_FUZZ_FIRST ?? 0);
/** Of processor time, so that a busy machine does not fail. */
const MAX_READ_MS = 1_000;
const MAX_GROWTH_BYTES = 768 * 2 ** 20;
/** Larger networks are read, not run. */
const MAX_RUN_MACS = 300_000;

const folder = fileURLToPath(new URL('../snn/vectors/', import.meta.url));
const vectors = readdirSync(folder)
  .filter((name) => name.endsWith('.onnx'))
  .map((name) => new Uint8Array(readFileSync(`${folder}${name}`)))
  .filter(({ length }) => length < 8_000);
const built = fc.sample(anyNetworkArbitrary, { numRuns: 40, seed: SEED }).map(buildNetwork);
const files = [
  ...vectors,
  ...built.map(({ file }) => file).filter(({ length }) => length < 40_000),
];

/** File number `index`: whatever its seed makes of the pool. */
function damaged(index: number): { readonly kind: string; readonly file: Uint8Array } {
  const random = randomIntegers(SEED * 1_000_003 + index);
  const byteKinds = Object.entries(mutations);
  const modelKinds = Object.entries(modelMutations);
  const choice = random(0, byteKinds.length + modelKinds.length - 1);
  const [kind, mutate] = byteKinds[choice] ?? [];
  if (kind !== undefined && mutate !== undefined) {
    return {
      kind,
      file: mutate(files[random(0, files.length - 1)] ?? new Uint8Array(), random, files),
    };
  }
  const [name = '', change] = modelKinds[choice - byteKinds.length] ?? [];
  const model = built[random(0, built.length - 1)]?.model;
  if (model === undefined || change === undefined) throw new RangeError(`no mutation ${choice}`);
  return { kind: name, file: writeModel(change(model, random)) };
}

/** The network, or undefined where the file is refused in the way it must be. */
function readInTime(file: Uint8Array): Network | undefined {
  const before = process.threadCpuUsage();
  try {
    return readNetwork(file);
  } catch (error) {
    if (error instanceof SnnError) return undefined;
    throw error;
  } finally {
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000, 'milliseconds to read').toBeLessThan(MAX_READ_MS);
  }
}

/** Runs it in every engine and in onnxruntime; returns whether the latter would read it. */
async function runEverywhere(network: Network, file: Uint8Array, random: Random): Promise<boolean> {
  const image = Uint8Array.from({ length: elementCount(network.input.shape) }, () =>
    random(0, 255),
  );
  const [tensors = new Map()] = expectEnginesToAgree(network, [image]);
  if (!network.operators.every(({ float32Exact }) => float32Exact)) return true;
  const oracle = await Oracle.open(file).catch(() => undefined);
  if (oracle === undefined) return false;
  const expected = await oracle.run(image, network.input);
  for (const [name, values] of dequantized(network, tensors)) {
    expect(values, name).toEqual(expected.get(name));
  }
  await oracle.close();
  return true;
}

test(
  `${FILES} damaged files are refused by name, or run as onnxruntime runs them`,
  async () => {
    const before = process.memoryUsage.rss();
    const counts = { refused: 0, run: 0, 'too large to run here': 0, 'only read here': 0 };
    for (let index = FIRST; index < FIRST + FILES; index++) {
      const { kind, file } = damaged(index);
      try {
        const network = readInTime(file);
        if (network === undefined) counts.refused++;
        else if (network.macs > MAX_RUN_MACS) counts['too large to run here']++;
        else if (await runEverywhere(network, file, randomIntegers(index))) counts.run++;
        else counts['only read here']++;
        const growth = process.memoryUsage.rss() - before;
        expect(growth, 'bytes of memory').toBeLessThan(MAX_GROWTH_BYTES);
      } catch (error) {
        throw new Error(`File ${index} of seed ${SEED}, ${kind}`, { cause: error });
      }
    }
    console.log(`${FILES} files of seed ${SEED}: ${JSON.stringify(counts)}`);
    if (FILES < 1_000) return;
    expect(counts.refused).toBeGreaterThan(FILES / 4);
    expect(counts.run).toBeGreaterThan(FILES / 50);
  },
  // Five milliseconds a file; generous, for busy machines.
  60_000 + FILES * 300,
);

test.each(Object.keys(modelMutations))('a model %s is another file', (kind) => {
  const random = randomIntegers(SEED);
  const changes = built.map(({ model, file }) => {
    const other = writeModel(modelMutations[kind]?.(model, random) ?? model);
    return other.length !== file.length || other.some((byte, index) => byte !== file[index]);
  });
  expect(changes).toContain(true);
});

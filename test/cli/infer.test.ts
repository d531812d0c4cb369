import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../../src/cli/npy.ts';
import { writeOutput } from '../../src/cli/output-file.ts';
import { elementCount, readNetwork } from '../../src/snn/index.ts';
import { Oracle } from '../snn/oracle.ts';
import { randomIntegers } from '../snn/random-network.ts';
import { runCli } from './run-cli.ts';

const vectors = fileURLToPath(new URL('../snn/vectors/', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-infer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A .npy file of uint8 values: the header that `writeNpy` writes, with another type. */
function writeUint8(values: Uint8Array, shape: readonly number[]): Uint8Array {
  const header = writeNpy(new Float32Array(values.length), shape);
  const text = String.fromCharCode(...header.subarray(0, header.indexOf(0x0a) + 1));
  const bytes = Array.from(text.replace('<f4', '|u1'), (character) => character.charCodeAt(0));
  return Uint8Array.from([...bytes, ...values]);
}

it.each(['two_outputs', 'channels_last_input', 'dense_flattened_map', 'concat_last'])(
  'infer gives what onnxruntime gives: %s',
  async (name) => {
    const model = path.join(vectors, `${name}.onnx`);
    const network = readNetwork(readFileSync(model));
    const { shape, layout } = network.input;
    const [channels, height, width] = shape;
    const random = randomIntegers(8);
    const image = Uint8Array.from({ length: elementCount(shape) }, () => random(0, 255));
    const pixels = height * width;
    const inFile =
      layout === 'CHW'
        ? image
        : image.map((_, at) => image[(at % channels) * pixels + Math.floor(at / channels)] ?? 0);
    const dims = layout === 'CHW' ? [1, ...shape] : [1, height, width, channels];
    const input = path.join(folder, `${name}.x.npy`);
    const output = path.join(folder, `${name}.y.npy`);
    writeFileSync(input, writeUint8(inFile, dims));

    const run = await runCli('infer', '--model', model, '--input', input, '--output', output);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const expected = await (await Oracle.open(readFileSync(model))).run(image, network.input);
    for (const [at, { name: outputName }] of network.outputs.entries()) {
      const file = at === 0 ? output : output.replace('.npy', `-${at + 1}.npy`);
      const { data } = readNpy(readFileSync(file));
      expect(Array.from(data)).toEqual(expected.get(outputName));
    }
  },
);

it('infer names the type of an array that it does not take', async () => {
  const input = path.join(folder, 'int8.npy');
  const uint8 = writeUint8(new Uint8Array(12), [1, 3, 2, 2]);
  writeFileSync(
    input,
    Buffer.from(Buffer.from(uint8).toString('latin1').replace('|u1', '|i1'), 'latin1'),
  );
  const model = path.join(vectors, 'two_outputs.onnx');
  const output = path.join(folder, 'y.npy');
  const run = await runCli('infer', '--model', model, '--input', input, '--output', output);
  expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('int8') });
});

it.skipIf(process.platform === 'win32')(
  'a result is written into a device or a pipe and where a link leads, and replaces none of them',
  async () => {
    const real = path.join(folder, 'real.npy');
    const link = path.join(folder, 'link.npy');
    const dangling = path.join(folder, 'dangling.npy');
    const pipe = path.join(folder, 'pipe.npy');
    writeFileSync(real, 'old');
    symlinkSync(real, link);
    symlinkSync(path.join(folder, 'elsewhere.npy'), dangling);
    execFileSync('mkfifo', [pipe]);
    const bytes = Uint8Array.of(1, 2, 3);
    const piped = readFile(pipe);
    for (const file of [link, dangling, pipe, '/dev/null']) await writeOutput(file, bytes);
    expect([...(await piped)]).toEqual([1, 2, 3]);
    for (const file of [real, path.join(folder, 'elsewhere.npy')])
      expect([...readFileSync(file)]).toEqual([1, 2, 3]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(lstatSync(dangling).isSymbolicLink()).toBe(true);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  },
);

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PreparedNetworks } from '../../../native-bridge/accelerators/prepared-networks.ts';
import { readNetwork, SimdEngine, shareProgram } from '../../../src/snn/index.ts';
import { smallNetwork } from '../../snn/explain/small-network.ts';
import { randomIntegers } from '../../snn/random-network.ts';
import { extremeImages } from '../../snn/simd/networks.ts';

const shipped = new Uint8Array(
  readFileSync(new URL('../../../models/qana-4/backbone.onnx', import.meta.url)),
);
const small = smallNetwork(1).file;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-prepared-'));
  writeFileSync(path.join(folder, 'stamp'), 'this build');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const networks = (stamp = 'stamp') =>
  new PreparedNetworks(path.join(folder, 'prepared'), path.join(folder, stamp));

/** Keeps a network; returns where. */
function keep(file: Uint8Array): string {
  networks().keep(new SimdEngine(readNetwork(file)).prepared());
  const [name = ''] = readdirSync(path.join(folder, 'prepared'));
  return path.join(folder, 'prepared', name);
}

const images = (file: Uint8Array) => extremeImages(readNetwork(file));

test('an engine made of the prepared shipped network gives what one made of its file gives, to the last bit', () => {
  const plain = new SimdEngine(readNetwork(shipped));
  const shown = images(shipped);
  const expected = shown.map((image) => plain.run(image));
  networks().keep(plain.prepared());
  const { network, prepared } = networks().open(shipped);
  expect(prepared).toBeDefined();
  expect(network.sha256).toBe(plain.network.sha256);
  const engine = new SimdEngine(network, { prepared });
  const shared = shareProgram(network, 2, prepared);
  const second = new SimdEngine(network, { shared, slot: 1, prepared });
  for (const [index, image] of shown.entries()) {
    expect(engine.run(image)).toEqual(expected[index]);
    expect(second.run(image)).toEqual(expected[index]);
  }
});

test('what is kept does not depend on what was run before', () => {
  const engine = new SimdEngine(readNetwork(small));
  const before = engine.prepared();
  for (const image of images(small)) engine.run(image);
  expect(engine.prepared().packed).toEqual(before.packed);
});

test('a prepared network with any bit wrong, or cut short, is not used, and its file is read instead', () => {
  const place = keep(small);
  const whole = readFileSync(place);
  const random = randomIntegers(7);
  for (let turn = 0; turn < 300; turn++) {
    const at = turn < 40 ? turn : random(0, whole.length - 1);
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ (1 << random(0, 7));
    writeFileSync(place, turn % 10 === 9 ? whole.subarray(0, at) : changed);
    const { network, prepared } = networks().open(small);
    expect(prepared).toBeUndefined();
    expect(network).toEqual(readNetwork(small));
  }
  writeFileSync(place, whole);
  expect(networks().open(small).prepared).toBeDefined();
});

test('a prepared network of another build, of another file or of another name is not used', () => {
  const place = keep(small);
  writeFileSync(path.join(folder, 'other stamp'), 'another build');
  expect(networks('other stamp').open(small).prepared).toBeUndefined();
  expect(networks('no stamp').open(small).prepared).toBeUndefined();
  const other = smallNetwork(2).file;
  const name = path.join(folder, 'prepared', `${readNetwork(other).sha256}.bin`);
  writeFileSync(name, readFileSync(place));
  expect(networks().open(other).prepared).toBeUndefined();
  expect(networks().open(other).network).toEqual(readNetwork(other));
});

test('a file that the importer refuses is refused, whatever is kept', () => {
  keep(small);
  const damaged = small.slice(0, -3);
  expect(() => networks().open(damaged)).toThrow(expect.objectContaining({ name: 'SnnError' }));
});

test('a runtime that computes less than the one that prepared it packs its own', () => {
  const prepared = new SimdEngine(readNetwork(small)).prepared();
  const image = images(small)[2] ?? new Uint8Array();
  const plain = new SimdEngine(prepared.plan.network, { relaxedTo: 0, prepared });
  expect(plain.tier).toBe('v128');
  expect(plain.run(image)).toEqual(new SimdEngine(readNetwork(small)).run(image));
});

test('where nothing can be written, nothing is kept and nothing fails', () => {
  const program = new SimdEngine(readNetwork(small)).prepared();
  const inFile = new PreparedNetworks(path.join(folder, 'stamp', 'x'), path.join(folder, 'stamp'));
  inFile.keep(program);
  expect(inFile.open(small).prepared).toBeUndefined();
});

test('the last four are kept', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { file } = smallNetwork(seed);
    networks().keep(new SimdEngine(readNetwork(file)).prepared());
  }
  expect(readdirSync(path.join(folder, 'prepared'))).toHaveLength(4);
});

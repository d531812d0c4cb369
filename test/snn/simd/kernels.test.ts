import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { kernelModule } from '../../../build/kernels.mjs';
import {
  fillProbe,
  PROBE_BYTES,
  runProbe,
  testRelaxedDot,
} from '../../../src/snn/engines/simd/dot-probe.ts';
import { SimdEngine } from '../../../src/snn/engines/simd/engine.ts';
import { instantiate } from '../../../src/snn/engines/simd/kernels.ts';
import { shareProgram } from '../../../src/snn/engines/simd/program.ts';
import { extremeImages, readShipped } from './networks.ts';

test('the committed kernels are what their sources compile to', async () => {
  const file = new URL('../../../src/snn/engines/simd/kernels.generated.ts', import.meta.url);
  expect(readFileSync(fileURLToPath(file), 'utf8')).toBe(await kernelModule());
});

describe('the test of the relaxed dot product', () => {
  test('finds it exact for second operands up to 127 at least', () => {
    expect(testRelaxedDot()).toBeGreaterThanOrEqual(127);
  });

  test.each([0, 100, 300, 400, 600])('notices one wrong bit in either half, at %i', (byte) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const { probe } = instantiate('relaxed', memory);
    for (const [half, result] of [0, 127].entries()) {
      fillProbe(memory, 64);
      expect(runProbe(probe, 64)).toBe(testRelaxedDot());
      const at = 64 + byte + (half * PROBE_BYTES) / 2;
      const bytes = new Uint8Array(memory.buffer);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(runProbe(probe, 64)).toBe(result);
    }
  });
});

test('an engine whose dot product turns out to be wrong goes on without it, from the same image', () => {
  const network = readShipped();
  const [image = new Uint8Array()] = extremeImages(network).slice(3);
  const expected = new SimdEngine(network, { relaxedTo: 0 }).run(image);
  const shared = shareProgram(network, 1);
  const engine = new SimdEngine(network, { shared });
  expect(engine.run(image)).toEqual(expected);
  // The constants become nonsense, and with them the vectors that the engine tests itself with.
  new Uint8Array(shared.memory.buffer).fill(77);
  expect(engine.run(image)).toEqual(expected);
  expect(engine.tier).toBe('v128');
});

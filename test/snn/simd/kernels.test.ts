import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { kernelModule } from '../../../build/kernels.mjs';
import { DOT_TEST_BYTES, DotTest, testRelaxedDot } from '../../../src/snn/engines/simd/dot-test.ts';
import { instantiate } from '../../../src/snn/engines/simd/kernels.ts';

test('the committed kernels are what their sources compile to', async () => {
  const file = new URL('../../../src/snn/engines/simd/kernels.generated.ts', import.meta.url);
  expect(readFileSync(fileURLToPath(file), 'utf8')).toBe(await kernelModule());
});

describe('the test of the relaxed dot product', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const kernels = instantiate('relaxed', memory);

  test('finds it exact for activations up to 127 at least', () => {
    expect(['to-127', 'to-255']).toContain(testRelaxedDot());
    expect(new DotTest(kernels, memory, 0).run()).toBe(testRelaxedDot());
  });

  test('notices one wrong product in either half', () => {
    for (const [half, result] of ['no', 'to-127'].entries()) {
      const dot = new DotTest(kernels, memory, 0);
      const bytes = new Uint8Array(memory.buffer, (half * DOT_TEST_BYTES) / 2);
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      expect(dot.run()).toBe(result);
    }
  });
});

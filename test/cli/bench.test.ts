import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

const model = fileURLToPath(new URL('../snn/vectors/input_conv_gap.onnx', import.meta.url));
const figure = expect.any(Number);

describe('bench', () => {
  it('prints one object whose keys are those of its documentation', async () => {
    const peers = ['--peer', model];
    const run = await runCli('bench', '--json', '--rounds', '1', '--model', model, ...peers);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.json).toHaveLength(1);
    const name = 'input_conv_gap.onnx';
    const comparison = { name, medianMs: figure, ratio: figure };
    expect(run.json[0]).toMatchObject({
      medianMs: figure,
      peers: [comparison, comparison],
      coldStartMs: figure,
      preparedStartMs: figure,
      peakMemoryMb: figure,
      batchScaling: figure,
      exact: true,
      matchesReference: true,
      engine: 'simd',
      tier: expect.stringMatching(/^(relaxed|v128)$/),
      model: name,
      shipped: null,
      rounds: 1,
      load: [figure, figure],
      versions: { node: expect.any(String), onnxruntime: expect.any(String) },
    });
    const { medianMs, peers: measured } = run.json[0] as {
      medianMs: number;
      peers: { medianMs: number; ratio: number }[];
    };
    for (const peer of measured) expect(peer.ratio).toBeCloseTo(peer.medianMs / medianMs, 9);
  });

  it('measures the event engine when asked to', async () => {
    const args = ['--engine', 'event', '--rounds', '1', '--model', model];
    const { exitCode, stdout } = await runCli('bench', ...args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('this engine (event)');
    expect(stdout).toContain('Exact: all outputs equal the reference engine’s and onnxruntime’s');
  });

  it.each([
    ['no rounds', ['--rounds', '0']],
    ['half a round', ['--rounds', '1.5']],
    ['an unknown engine', ['--engine', 'quantum']],
    ['an unknown option', ['--quick']],
    ['an argument', ['please']],
    ['a peer of nothing', ['--peer', 'p.onnx']],
  ])('ends with 2 and a usage line after %s', async (_, args) => {
    const run = await runCli('bench', ...args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/^Usage: npm run -s cli -- bench /m);
  });

  it('ends with 1 and names the file that is missing', async () => {
    const run = await runCli('bench', '--json', '--model', 'no-such.onnx');
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.json).toEqual([
      { error: { code: 'ENOENT', message: expect.stringContaining('no-such.onnx') } },
    ]);
  });
});

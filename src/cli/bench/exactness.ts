import { createEngine, dequantizeOutput, type Engine, type EngineResult } from '../../snn/index.ts';
import type { OnnxSession } from './engine-probe.ts';

export interface Exactness {
  /** Equal to onnxruntime's. */
  readonly exact: boolean;
  /** Equal to the reference engine's. */
  readonly matchesReference: boolean;
  /** Whether the file's formulas need no more than float32; see `docs/arithmetic.md`. */
  readonly float32Exact: boolean;
}

/** Compares all outputs for all images with those of the definition and of onnxruntime. */
export async function compareOutputs(
  engine: Engine,
  session: OnnxSession,
  images: readonly Uint8Array[],
): Promise<Exactness> {
  const { network } = engine;
  const reference = createEngine('reference', network);
  let exact = true;
  let matchesReference = true;
  for (const image of images) {
    const result = engine.run(image);
    const expected = reference.run(image);
    matchesReference &&= result.outputs.every((output, index) =>
      isEqual(output, expected.outputs[index]),
    );
    const theirs = await session.run(session.feed(image, network.input.shape));
    exact &&= dequantized(engine, result).every(({ name, values }) =>
      isEqual(values, theirs.get(name)),
    );
  }
  const float32Exact = network.operators.every((operator) => operator.float32Exact);
  return { exact, matchesReference, float32Exact };
}

/** Whether nothing is wrong: where float32 does not suffice, onnxruntime may err. */
export function isRight({ exact, matchesReference, float32Exact }: Exactness): boolean {
  return matchesReference && (exact || !float32Exact);
}

function dequantized({ network }: Engine, { outputs }: EngineResult) {
  return network.outputs.map((output, index) => ({
    name: output.name,
    values: dequantizeOutput(network, outputs[index] ?? new Int32Array(), output),
  }));
}

function isEqual(left: ArrayLike<number>, right: ArrayLike<number> | undefined): boolean {
  return (
    left.length === right?.length && Array.from(left).every((value, at) => value === right[at])
  );
}

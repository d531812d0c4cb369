import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Runs an ONNX file with onnxruntime: an independent implementation of its function bodies. */
export class Oracle {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async open(file: Uint8Array): Promise<Oracle> {
    return new Oracle(
      await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 }),
    );
  }

  /** Every output of the file for one uint8 image of the given shape. */
  async run(image: Uint8Array, shape: readonly number[]): Promise<Map<string, number[]>> {
    const input = new Tensor('float32', Float32Array.from(image), [1, ...shape]);
    const [name = ''] = this.#session.inputNames;
    const results = await this.#session.run({ [name]: input });
    return new Map(
      Object.entries(results).map(([key, { data }]) => [key, Array.from(data as Int8Array)]),
    );
  }
}

import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { InputQuantization } from '../../src/snn/index.ts';

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

  close(): Promise<void> {
    return this.#session.release();
  }

  /** Every output of the file for one image, given in C×H×W order as the engines take it. */
  async run(
    image: Uint8Array,
    { shape, layout }: Pick<InputQuantization, 'shape' | 'layout'>,
  ): Promise<Map<string, number[]>> {
    const [channels, height, width] = shape;
    const pixels = height * width;
    const ordered =
      layout === 'CHW'
        ? image
        : image.map((_, at) => image[(at % channels) * pixels + Math.floor(at / channels)] ?? 0);
    const dims = layout === 'CHW' ? [1, ...shape] : [1, height, width, channels];
    const [name = ''] = this.#session.inputNames;
    const [declared] = this.#session.inputMetadata;
    const input =
      declared?.isTensor && declared.type === 'uint8'
        ? new Tensor('uint8', ordered, dims)
        : new Tensor('float32', Float32Array.from(ordered), dims);
    const results = await this.#session.run({ [name]: input });
    return new Map(
      Object.entries(results).map(([key, { data }]) => [key, Array.from(data as Int8Array)]),
    );
  }
}

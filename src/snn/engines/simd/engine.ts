import { checkImage } from '../../input.ts';
import type { Network } from '../../network.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Engine, EngineResult } from '../engine.ts';
import { type RelaxedTo, testRelaxedDot } from './dot-probe.ts';
import type { Tier } from './kernels.ts';
import { Linker } from './linker.ts';
import { type PreparedProgram, Program, type SharedProgram } from './program.ts';

export interface SimdOptions {
  /** Uses less of the relaxed dot product than this runtime computes exactly. */
  readonly relaxedTo?: RelaxedTo;
  /** Share of zeros among layers' inputs, as measured: mostly zero ones go by events. */
  readonly zeros?: ReadonlyMap<string, number>;
  /** Keeps every tensor after a run, for `tensor`. */
  readonly keepTensors?: boolean;
  /** Constants that other threads use as well, and which of its arenas is this engine's. */
  readonly shared?: SharedProgram;
  readonly slot?: number;
  /** What another engine for this network was made of. */
  readonly prepared?: PreparedProgram | undefined;
}

/**
 * The dense engine on 128-bit vectors. The plan says what runs; its constants are packed into one
 * WebAssembly memory, in front of the arena, and each step is bound to its kernel.
 */
export class SimdEngine implements Engine {
  readonly kind = 'simd';
  readonly network: Network;
  readonly #options: SimdOptions;
  #relaxedTo: RelaxedTo;
  #program: Program;
  #linker: Linker;
  #calls: readonly (() => void)[];

  /** Throws RangeError where `slot` is not one of the shared program's, or its plan would differ. */
  constructor(network: Network, options: SimdOptions = {}) {
    const { shared, slot = 0, relaxedTo = 255 } = options;
    const slots = shared?.slots ?? 1;
    if (slot < 0 || slot >= slots) throw new RangeError(`Arena ${slot} of ${slots} does not exist`);
    if (shared && (options.keepTensors || options.zeros)) {
      throw new RangeError('A shared program has one plan, which keeps no tensors');
    }
    if (options.prepared && (options.keepTensors || options.zeros)) {
      throw new RangeError('A prepared program has one plan, which keeps no tensors');
    }
    this.network = network;
    this.#options = options;
    const least = Math.min(testRelaxedDot(), relaxedTo) as RelaxedTo; // one of the two
    this.#relaxedTo = shared?.relaxedTo ?? least;
    this.#program = new Program(network, {
      relaxedTo: this.#relaxedTo,
      zeros: options.zeros,
      keepTensors: options.keepTensors,
      slots,
      packed: shared?.memory,
      prepared: options.prepared,
    });
    this.#linker = new Linker(this.#program, slot);
    this.#calls = this.#linker.calls();
  }

  /** The kernels in use; the relaxed ones only where tests found them exact. */
  get tier(): Tier {
    return this.#program.tier;
  }

  get plan(): Plan {
    return this.#program.plan;
  }

  /** What another engine can be made of without reading, planning or packing anything. */
  prepared(): PreparedProgram {
    return this.#program.prepared();
  }

  run(image: Uint8Array): EngineResult {
    checkImage(this.network, image);
    this.#linker.image.set(image);
    for (const call of this.#calls) call();
    const exactTo = this.#program.probe();
    if (exactTo < this.#relaxedTo) {
      this.#restrict(exactTo);
      return this.run(image);
    }
    const outputs = this.network.outputs.map(({ tensor }) => this.#linker.read(tensor));
    const [output = new Int32Array()] = outputs;
    return { spikeCounts: this.#linker.read(this.network.spikeTensor), output, outputs };
  }

  /** A copy of a tensor as the last run left it, in C×H×W order. Needs `keepTensors`. */
  tensor(name: string): Int32Array | undefined {
    return this.plan.maps.has(name) ? this.#linker.read(name) : undefined;
  }

  /** Goes on with constants of its own. */
  #restrict(relaxedTo: RelaxedTo): void {
    const { keepTensors, zeros } = this.#options;
    this.#relaxedTo = relaxedTo;
    this.#program = new Program(this.network, { relaxedTo, keepTensors, zeros });
    this.#linker = new Linker(this.#program, 0);
    this.#calls = this.#linker.calls();
  }
}

import type { Network } from '../../network.ts';
import { compilePlan, type PlanOptions } from '../../plan/compile.ts';
import type { Plan } from '../../plan/plan.ts';
import { ConstantWriter, constantBytes, stagingBytes, tierOf } from './constants.ts';
import { fillProbe, PROBE_BYTES, type RelaxedTo, runProbe, testRelaxedDot } from './dot-probe.ts';
import { instantiate, type Kernels, type Tier } from './kernels.ts';

/** In front of the constants: 16 bytes of 0 and 16 of 128, padding for either kind of map. */
const PADDING_BYTES = 64;
/** Vectors may be read beyond the end of a map. */
const SLACK_BYTES = 64;
const ALIGNMENT = 64;
const PAGE_BYTES = 65536;

/**
 * A network's constants, packed once in a shared memory, with an arena for each of so many
 * engines. It can be posted to other threads.
 */
export interface SharedProgram {
  readonly relaxedTo: RelaxedTo;
  readonly memory: WebAssembly.Memory;
  readonly slots: number;
}

/**
 * All that reading, planning and packing a network came to, its network in the plan. Plain data, which
 * structured cloning copies; whoever reads it back sees to it that it is what was written.
 */
export interface PreparedProgram {
  readonly relaxedTo: RelaxedTo;
  readonly plan: Plan;
  /** The memory up to the first arena. */
  readonly packed: Uint8Array;
}

/**
 * Packs a network for `slots` engines, one a thread: `new SimdEngine(network, { shared, slot })`.
 * Throws where the runtime has no SharedArrayBuffer.
 */
export function shareProgram(
  network: Network,
  slots: number,
  prepared?: PreparedProgram,
): SharedProgram {
  const relaxedTo = testRelaxedDot();
  const { memory } = new Program(network, { relaxedTo, slots, isShared: true, prepared });
  return { relaxedTo, memory, slots };
}

interface ProgramOptions extends PlanOptions {
  readonly relaxedTo: RelaxedTo;
  readonly slots?: number;
  readonly isShared?: boolean;
  /** A memory in which the constants are already. */
  readonly packed?: WebAssembly.Memory | undefined;
  /** Used where this runtime computes what it was prepared for. */
  readonly prepared?: PreparedProgram | undefined;
}

/** A plan, and the memory in which its constants are packed in front of its arenas. */
export class Program {
  readonly tier: Tier;
  readonly plan: Plan;
  readonly memory: WebAssembly.Memory;
  readonly kernels: Readonly<Partial<Record<Tier, Kernels>>>;
  /** Address of each step's constants. */
  readonly constants: readonly number[];
  readonly #relaxedTo: RelaxedTo;
  readonly #arena: number;
  readonly #arenaBytes: number;

  constructor(network: Network, options: ProgramOptions) {
    const { relaxedTo, slots = 1, isShared = false, packed } = options;
    this.#relaxedTo = relaxedTo;
    this.tier = relaxedTo === 0 ? 'v128' : 'relaxed';
    const prepared = options.prepared?.relaxedTo === relaxedTo ? options.prepared : undefined;
    this.plan = prepared?.plan ?? compilePlan(network, options);
    const { steps, arenaBytes } = this.plan;
    let end = aligned(PADDING_BYTES + PROBE_BYTES);
    this.constants = steps.map((step) => {
      const at = end;
      end = aligned(at + constantBytes(step));
      return at;
    });
    this.#arena = end;
    this.#arenaBytes = aligned(arenaBytes + SLACK_BYTES);
    const room = Math.max(slots * this.#arenaBytes, ...steps.map(stagingBytes));
    const pages = Math.ceil((end + room) / PAGE_BYTES);
    this.memory =
      packed ?? new WebAssembly.Memory({ initial: pages, maximum: pages, shared: isShared });
    const tiers = new Set(steps.map((step) => ('dot' in step ? tierOf(step.dot) : this.tier)));
    const kernels: Partial<Record<Tier, Kernels>> = {};
    for (const each of tiers) kernels[each] = instantiate(each, this.memory);
    this.kernels = kernels;
    if (packed !== undefined) return;
    if (prepared) new Uint8Array(this.memory.buffer).set(prepared.packed);
    else this.#pack();
  }

  /** A copy of what it is made of. */
  prepared(): PreparedProgram {
    const packed = new Uint8Array(this.memory.buffer, 0, this.#arena).slice();
    return { relaxedTo: this.#relaxedTo, plan: this.plan, packed };
  }

  /** Address of the arena of one engine. */
  arena(slot: number): number {
    return this.#arena + slot * this.#arenaBytes;
  }

  /**
   * What the dot product computes exactly now: a runtime may optimize a function at any time, and
   * above 127 no specification says that it then computes the same.
   */
  probe(): RelaxedTo {
    const { relaxed } = this.kernels;
    return relaxed ? runProbe(relaxed.probe, PADDING_BYTES) : this.#relaxedTo;
  }

  #pack(): void {
    new Uint8Array(this.memory.buffer, 16, 16).fill(128);
    fillProbe(this.memory, PADDING_BYTES);
    const writer = new ConstantWriter(this.kernels, this.memory, this.#arena);
    for (const [index, step] of this.plan.steps.entries()) {
      writer.write(step, this.constants[index] ?? 0);
    }
  }
}

function aligned(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}

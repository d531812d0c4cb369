import { measureZeros, SimdEngine } from '../../snn/index.ts';
import { engineContestant } from './network.ts';
import { measureRounds, usualRounds } from './rounds.ts';
import { buildSparseNetwork } from './sparse-network.ts';

/** What one 1×1 layer costs whose inputs are zero in some share. */
export interface SparseCost {
  readonly channels: number;
  readonly sizePx: number;
  /** As counted, 0…1. */
  readonly zeros: number;
  /** Of the processor, as below. */
  readonly eventMs: number;
  readonly simdMs: number;
  /** Above 1: going by events is faster. */
  readonly ratio: number;
}

const layerKinds = [
  { channels: 112, sizePx: 16 },
  { channels: 192, sizePx: 16 },
] as const;
const shares = [0, 0.5, 0.7, 0.8, 0.9, 0.95];
const layers = 8;

export async function benchSparsity(
  rounds: number,
  note: (text: string) => void,
): Promise<SparseCost[]> {
  const costs: SparseCost[] = [];
  for (const { channels, sizePx } of layerKinds)
    for (const zeros of shares) {
      note(`1×1 layers of ${channels} channels at ${Math.round(zeros * 100)} % zeros`);
      costs.push(await measureLayer({ channels, sizePx, zeros }, rounds));
    }
  return costs;
}

/** One layer is an eighth of what eight layers more cost: what surrounds them falls out. */
async function measureLayer(
  spec: { channels: number; sizePx: number; zeros: number },
  rounds: number,
): Promise<SparseCost> {
  const short = buildSparseNetwork({ ...spec, layers: 1 });
  const long = buildSparseNetwork({ ...spec, layers: 1 + layers });
  const all = new Map(long.network.operators.map(({ name }) => [name, 1]));
  const contestants = [{ zeros: all }, {}].flatMap((options) =>
    [short, long].map(({ network, image }) =>
      engineContestant(new SimdEngine(network, options), [image]),
    ),
  );
  const timings = await measureRounds(contestants, { ...usualRounds, rounds });
  const [shortEvent = 0, longEvent = 0, shortSimd = 0, longSimd = 0] = timings.map(
    ({ cpuMs }) => cpuMs,
  );
  const eventMs = (longEvent - shortEvent) / layers;
  const simdMs = (longSimd - shortSimd) / layers;
  const shares = [...measureZeros(long.network, [long.image]).values()].slice(1, -1);
  return {
    channels: spec.channels,
    sizePx: spec.sizePx,
    zeros: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    eventMs,
    simdMs,
    ratio: eventMs > 0 ? simdMs / eventMs : Number.NaN,
  };
}

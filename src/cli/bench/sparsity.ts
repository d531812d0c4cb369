import { createEngine, type LayerActivity } from '../../snn/index.ts';
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
  /** Above 1: the event engine is faster. */
  readonly ratio: number;
}

const layerKinds = [
  { channels: 112, sizePx: 16 },
  { channels: 192, sizePx: 16 },
] as const;
const shares = [0, 0.5, 0.7, 0.8, 0.9, 0.95];
const layers = 8;
/** Fewer than usual: the event engine takes long where there are few zeros. */
const sparseRounds = { ...usualRounds, burst: 3, warmUpRuns: 4 };

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
  const contestants = (['event', 'simd'] as const).flatMap((kind) =>
    [short, long].map(({ network, image }) =>
      engineContestant(createEngine(kind, network), [image]),
    ),
  );
  const timings = await measureRounds(contestants, { ...sparseRounds, rounds });
  const [shortEvent = 0, longEvent = 0, shortSimd = 0, longSimd = 0] = timings.map(
    ({ cpuMs }) => cpuMs,
  );
  const eventMs = (longEvent - shortEvent) / layers;
  const simdMs = (longSimd - shortSimd) / layers;
  const { layerActivity = [] } = createEngine('event', long.network).run(long.image);
  return {
    channels: spec.channels,
    sizePx: spec.sizePx,
    zeros: zeroShare(layerActivity.slice(1, -1)),
    eventMs,
    simdMs,
    ratio: eventMs > 0 ? simdMs / eventMs : Number.NaN,
  };
}

function zeroShare(activity: readonly LayerActivity[]): number {
  const count = (of: 'events' | 'activations') =>
    activity.reduce((sum, layer) => sum + layer[of], 0);
  return 1 - count('events') / count('activations');
}

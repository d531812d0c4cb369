import type { RgbImage } from '../../imaging/rgb-image.ts';
import {
  type Alignment,
  mapped,
  type RefusalReason,
  type Registration,
  register,
} from '../../registration/index.ts';
import { median, quantile } from '../bench/statistics.ts';
import { blurred, makePair, mirrorImage, type Pair } from './pairs.ts';

/** What must be refused, and why. */
export type Wrong = 'another-lesion' | 'mirrored' | 'blurred';

interface Trial {
  readonly error: number | null;
  readonly stated: number;
  readonly result: Registration;
  readonly ms: number;
}

export interface RegistrationFigures {
  readonly pairs: number;
  readonly aligned: number;
  /** Median over a pair's points, of the longer side; over aligned pairs. */
  readonly medianError: number;
  readonly error90: number;
  readonly error95: number;
  /** Share of aligned pairs that are off by more than 3 % of the longer side. */
  readonly misaligned: number;
  /** Median of what was stated, and the share of pairs off by more than three times that. */
  readonly statedError: number;
  readonly beyondStated: number;
  /** Share that was refused, of the pairs that had to be. */
  readonly refused: Readonly<Record<Wrong | 'all', number>>;
  readonly reasons: Readonly<Record<string, number>>;
  readonly msMedian: number;
  readonly ms95: number;
}

export class RegistrationTrials {
  readonly #right: Trial[] = [];
  readonly #wrong: { readonly kind: Wrong; readonly reason: RefusalReason | null }[] = [];
  readonly #onTrial: (kind: 'right' | Wrong, result: Registration, error: number | null) => void;

  constructor(
    onTrial: (kind: 'right' | Wrong, result: Registration, error: number | null) => void,
  ) {
    this.#onTrial = onTrial;
  }

  /** One pair that fits, and one of each that does not. `stranger` shows another lesion. */
  add(source: RgbImage, stranger: RgbImage, seed: number): void {
    const pair = makePair(source, seed);
    const began = performance.now();
    const result = register(pair.reference, pair.other);
    const ms = performance.now() - began;
    const error = result.kind === 'aligned' ? errorOf(result, pair) : null;
    this.#right.push({ error, stated: result.kind === 'aligned' ? result.error : 0, result, ms });
    this.#onTrial('right', result, error);
    const others: Readonly<Record<Wrong, RgbImage>> = {
      'another-lesion': makePair(stranger, seed + 1).other,
      mirrored: mirrorImage(pair.other),
      blurred: blurred(pair.other, 0.03 + (0.02 * ((seed * 7) % 10)) / 10),
    };
    for (const kind of ['another-lesion', 'mirrored', 'blurred'] as const) {
      const wrong = register(pair.reference, others[kind]);
      this.#wrong.push({ kind, reason: wrong.kind === 'refused' ? wrong.reason : null });
      this.#onTrial(kind, wrong, null);
    }
  }

  figures(): RegistrationFigures {
    const aligned = this.#right.filter((trial) => trial.error !== null);
    const errors = aligned.map(({ error }) => error ?? 1);
    const share = (all: readonly unknown[], some: readonly unknown[]) =>
      all.length === 0 ? 0 : some.length / all.length;
    const refused = (kind?: Wrong) => {
      const all = this.#wrong.filter((each) => kind === undefined || each.kind === kind);
      return share(
        all,
        all.filter(({ reason }) => reason !== null),
      );
    };
    const reasons: Record<string, number> = {};
    for (const { kind, reason } of this.#wrong)
      reasons[`${kind}: ${reason ?? 'aligned'}`] =
        (reasons[`${kind}: ${reason ?? 'aligned'}`] ?? 0) + 1;
    for (const { result } of this.#right)
      if (result.kind === 'refused')
        reasons[`right: ${result.reason}`] = (reasons[`right: ${result.reason}`] ?? 0) + 1;
    const times = this.#right.map(({ ms }) => ms);
    return {
      pairs: this.#right.length,
      aligned: share(this.#right, aligned),
      medianError: median(errors),
      error90: quantile(errors, 0.9),
      error95: quantile(errors, 0.95),
      misaligned: share(
        aligned,
        errors.filter((error) => error > 0.03),
      ),
      statedError: median(aligned.map(({ stated }) => stated)),
      beyondStated: share(
        aligned,
        aligned.filter(({ error, stated }) => (error ?? 1) > 3 * stated),
      ),
      refused: {
        'another-lesion': refused('another-lesion'),
        mirrored: refused('mirrored'),
        blurred: refused('blurred'),
        all: refused(),
      },
      reasons,
      msMedian: median(times),
      ms95: quantile(times, 0.95),
    };
  }
}

/** Median distance, over a grid of points that both pictures show, between where they are and where they are said to be. */
export function errorOf({ mapping }: Alignment, { other, reference, toReference }: Pair): number {
  const distances: number[] = [];
  const half = (image: RgbImage) => {
    const long = Math.max(image.widthPx, image.heightPx);
    return { x: image.widthPx / long / 2, y: image.heightPx / long / 2 };
  };
  const [limit, extent] = [half(reference), half(other)];
  for (let row = -7; row <= 7; row++) {
    for (let column = -7; column <= 7; column++) {
      const point = { x: (extent.x * column) / 7.5, y: (extent.y * row) / 7.5 };
      const before = toReference(point);
      if (Math.abs(before.x) > limit.x || Math.abs(before.y) > limit.y) continue;
      const said = mapped(mapping, before);
      distances.push(Math.hypot(said.x - point.x, said.y - point.y));
    }
  }
  return median(distances);
}

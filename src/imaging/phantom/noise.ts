/** Repeatable randomness for the drawings: the same seed always gives the same picture. */

/** Numbers in [0, 1): a 32-bit counter, each value scrambled by multiplications and shifts. */
export class Random {
  #counter: number;

  constructor(seed: number) {
    this.#counter = scramble(seed ^ 0x2545f491);
  }

  next(): number {
    this.#counter = (this.#counter + 0x9e3779b9) | 0;
    return (scramble(this.#counter) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }
}

function scramble(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}

/** What is nearest to a point in a field of scattered points, one in each unit cell. */
export interface Neighbourhood {
  /** Distance to the nearest point. */
  nearest: number;
  /** How much further the second is: 0 on the border between two. */
  gap: number;
  /** A random number in [0, 1) that belongs to the nearest point. */
  tag: number;
}

/** Smooth noise and scattered points over the plane. */
export class Noise {
  readonly #order = new Uint8Array(512);
  readonly #gradientX = new Float64Array(256);
  readonly #gradientY = new Float64Array(256);
  readonly #pointX = new Float64Array(256);
  readonly #pointY = new Float64Array(256);
  readonly #tags = new Float64Array(256);
  readonly #found: Neighbourhood = { nearest: 0, gap: 0, tag: 0 };

  constructor(random: Random) {
    for (let i = 0; i < 256; i++) this.#order[i] = i;
    for (let i = 255; i > 0; i--) {
      const other = Math.floor(random.next() * (i + 1));
      const kept = this.#order[i] ?? 0;
      this.#order[i] = this.#order[other] ?? 0;
      this.#order[other] = kept;
    }
    this.#order.copyWithin(256, 0, 256);
    for (let i = 0; i < 256; i++) {
      const angle = random.between(0, 2 * Math.PI);
      this.#gradientX[i] = Math.cos(angle);
      this.#gradientY[i] = Math.sin(angle);
      this.#pointX[i] = random.between(0.1, 0.9);
      this.#pointY[i] = random.between(0.1, 0.9);
      this.#tags[i] = random.next();
    }
  }

  /** Gradient noise, about −1 to 1, features about one unit wide. */
  smooth(x: number, y: number): number {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const dx = x - column;
    const dy = y - row;
    const fadeX = dx * dx * dx * (dx * (dx * 6 - 15) + 10);
    const fadeY = dy * dy * dy * (dy * (dy * 6 - 15) + 10);
    const topLeft = this.#slope(this.#hash(column, row), dx, dy);
    const topRight = this.#slope(this.#hash(column + 1, row), dx - 1, dy);
    const lowLeft = this.#slope(this.#hash(column, row + 1), dx, dy - 1);
    const lowRight = this.#slope(this.#hash(column + 1, row + 1), dx - 1, dy - 1);
    const top = topLeft + fadeX * (topRight - topLeft);
    const low = lowLeft + fadeX * (lowRight - lowLeft);
    return 1.5 * (top + fadeY * (low - top));
  }

  /** Sum of octaves, each turned, twice as fine and half as strong; about −1 to 1. */
  fractal(x: number, y: number, octaves: number): number {
    let sum = 0;
    let strength = 1;
    let total = 0;
    let u = x;
    let v = y;
    for (let octave = 0; octave < octaves; octave++) {
      sum += strength * this.smooth(u, v);
      total += strength;
      strength /= 2;
      const turned = 1.6 * u + 1.2 * v + 17.3;
      v = 1.6 * v - 1.2 * u - 9.1;
      u = turned;
    }
    return sum / total;
  }

  /** The answer is overwritten by the next call. */
  cells(x: number, y: number): Neighbourhood {
    const column = Math.floor(x);
    const row = Math.floor(y);
    let nearest = 9;
    let second = 9;
    let owner = 0;
    for (let i = column - 1; i <= column + 1; i++) {
      for (let j = row - 1; j <= row + 1; j++) {
        const cell = this.#hash(i, j);
        const dx = i + (this.#pointX[cell] ?? 0) - x;
        const dy = j + (this.#pointY[cell] ?? 0) - y;
        const distance = dx * dx + dy * dy;
        if (distance < nearest) {
          second = nearest;
          nearest = distance;
          owner = cell;
        } else if (distance < second) second = distance;
      }
    }
    const found = this.#found;
    found.nearest = Math.sqrt(nearest);
    found.gap = Math.sqrt(second) - found.nearest;
    found.tag = this.#tags[owner] ?? 0;
    return found;
  }

  #hash(column: number, row: number): number {
    return this.#order[((this.#order[column & 255] ?? 0) + row) & 255] ?? 0;
  }

  #slope(cell: number, dx: number, dy: number): number {
    return (this.#gradientX[cell] ?? 0) * dx + (this.#gradientY[cell] ?? 0) * dy;
  }
}

/** 0 below `low`, 1 above `high`, a smooth step between; falls where `low` is above `high`. */
export function ramp(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

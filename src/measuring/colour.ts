/** CIE 1976 L*a*b* under D65, from 8-bit sRGB (IEC 61966-2-1; CIE 015:2018). */
export type Lab = readonly [lightness: number, redness: number, yellowness: number];

const linear = Float64Array.from({ length: 256 }, (_, value) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});

export function labOf(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [linear[red] ?? 0, linear[green] ?? 0, linear[blue] ?? 0];
  const x = root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = root(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = root((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function root(value: number): number {
  return value > 216 / 24389 ? Math.cbrt(value) : (24389 / 27) * (value / 116) + 16 / 116;
}

/** ΔE*ab, the distance of 1976: about 2 is the least that one sees. */
export function colourDifference(a: Lab, b: Lab): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** Mean of colours and how far they lie from it: the root of the mean square of ΔE. */
export class ColourTally {
  #count = 0;
  #l = 0;
  #a = 0;
  #b = 0;
  #squares = 0;

  add([l, a, b]: Lab): void {
    this.#count++;
    this.#l += l;
    this.#a += a;
    this.#b += b;
    this.#squares += l * l + a * a + b * b;
  }

  get count(): number {
    return this.#count;
  }

  /** `null` where nothing was added. */
  get mean(): Lab | null {
    return this.#count === 0
      ? null
      : [this.#l / this.#count, this.#a / this.#count, this.#b / this.#count];
  }

  get spread(): number {
    const [l, a, b] = this.mean ?? [0, 0, 0];
    return Math.sqrt(Math.max(0, this.#squares / this.#count - l * l - a * a - b * b)) || 0;
  }
}

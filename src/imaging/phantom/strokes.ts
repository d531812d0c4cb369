/** Thin curved lines, as coverage of each pixel: hairs and blood vessels. */
export interface StrokePoint {
  readonly x: number;
  readonly y: number;
  /** Half the line's width, in pixels. */
  readonly radius: number;
}

export class StrokeLayer {
  /** 0 to 1 for each pixel, row by row. */
  readonly coverage: Float32Array;
  readonly #width: number;
  readonly #height: number;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.coverage = new Float32Array(width * height);
  }

  draw(points: readonly StrokePoint[]): void {
    points.slice(1).forEach((to, index) => {
      const from = points[index];
      if (from) this.#segment(from, to);
    });
  }

  #segment(from: StrokePoint, to: StrokePoint): void {
    const reach = Math.max(from.radius, to.radius) + 1;
    const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
    const right = Math.min(this.#width - 1, Math.ceil(Math.max(from.x, to.x) + reach));
    const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
    const bottom = Math.min(this.#height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const length = dx * dx + dy * dy || 1;
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const share = ((x - from.x) * dx + (y - from.y) * dy) / length;
        const t = Math.min(1, Math.max(0, share));
        const distance = Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
        const radius = from.radius + t * (to.radius - from.radius);
        const covered = Math.min(1, Math.max(0, radius + 0.5 - distance)) * Math.min(1, 2 * radius);
        const at = y * this.#width + x;
        if (covered > (this.coverage[at] ?? 0)) this.coverage[at] = covered;
      }
    }
  }
}

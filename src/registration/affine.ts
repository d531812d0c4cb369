/** A point, or a step between two. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * x′ = a·x + b·y + c, y′ = d·x + e·y + f. Positions are shares of a picture's longer side from its
 * middle, x to the right, y down, so that copies of any size have the same.
 */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export const identity: Affine = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 };

/** Turns clockwise on the screen, scales, then shifts. */
export function similarity(scale: number, turn: number, x: number, y: number): Affine {
  const [cos, sin] = [scale * Math.cos(turn), scale * Math.sin(turn)];
  return { a: cos, b: -sin, c: x, d: sin, e: cos, f: y };
}

export function apply({ a, b, c, d, e, f }: Affine, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}

/** First `inner`, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  return {
    a: outer.a * inner.a + outer.b * inner.d,
    b: outer.a * inner.b + outer.b * inner.e,
    c: outer.a * inner.c + outer.b * inner.f + outer.c,
    d: outer.d * inner.a + outer.e * inner.d,
    e: outer.d * inner.b + outer.e * inner.e,
    f: outer.d * inner.c + outer.e * inner.f + outer.f,
  };
}

export function invert({ a, b, c, d, e, f }: Affine): Affine {
  const determinant = a * e - b * d;
  const [p, q, r, s] = [e, -b, -d, a].map((value) => value / determinant);
  const [ia = 0, ib = 0, id = 0, ie = 0] = [p, q, r, s];
  return { a: ia, b: ib, c: -(ia * c + ib * f), d: id, e: ie, f: -(id * c + ie * f) };
}

/** The root of the area that a unit square becomes. */
export function scaleOf({ a, b, d, e }: Affine): number {
  return Math.sqrt(Math.abs(a * e - b * d));
}

/** In radians, clockwise on the screen. */
export function turnOf({ a, b, d, e }: Affine): number {
  return Math.atan2(d - b, a + e);
}

/** How much longer the longest direction becomes than the shortest; 1 for a similarity. */
export function stretchOf({ a, b, d, e }: Affine): number {
  const [sum, difference] = [Math.hypot(a + e, d - b), Math.hypot(a - e, d + b)];
  return (sum + difference) / Math.max(Math.abs(sum - difference), 1e-9);
}

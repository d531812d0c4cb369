import type { Point } from '../../src/measuring/index.ts';

/** An ellipse about a centre, turned by an angle; more points make it rounder. */
export function ellipse(
  centre: Point,
  [a, b]: readonly [number, number],
  angle = 0,
  count = 360,
): Point[] {
  return Array.from({ length: count }, (_, index) => {
    const t = (2 * Math.PI * index) / count;
    const [u, v] = [a * Math.cos(t), b * Math.sin(t)];
    return {
      x: centre.x + u * Math.cos(angle) - v * Math.sin(angle),
      y: centre.y + u * Math.sin(angle) + v * Math.cos(angle),
    };
  });
}

export const rectangle = (x: number, y: number, width: number, height: number): Point[] => [
  { x, y },
  { x: x + width, y },
  { x: x + width, y: y + height },
  { x, y: y + height },
];

/** A picture of one colour, with others where `at` says so. */
export function picture(
  widthPx: number,
  heightPx: number,
  at: (x: number, y: number) => readonly [number, number, number],
) {
  const pixels = new Uint8Array(3 * widthPx * heightPx);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) pixels.set(at(x + 0.5, y + 0.5), 3 * (y * widthPx + x));
  return { widthPx, heightPx, pixels };
}

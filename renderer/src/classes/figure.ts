import type { Measured } from '../../../src/clinic/entities/index.ts';

/** "74 % (62 to 84)": a share of 1 with its 95 % interval. */
export function shareText(figure: Measured | null): string {
  if (!figure) return '–';
  const [value, low, high] = [figure.value, figure.low, figure.high].map((x) =>
    Math.round(x * 100),
  );
  return `${value} % (${low} to ${high})`;
}

/** ".84 (.79 to .90)" */
export function areaText(figure: Measured | null): string {
  if (!figure) return '–';
  const [value, low, high] = [figure.value, figure.low, figure.high].map((x) => x.toFixed(2));
  return `${value} (${low} to ${high})`;
}

/** "−2.4 (−5.0 to +0.1)": points of a difference. */
export function pointsText(figure: Measured | null): string {
  if (!figure) return '–';
  const [value, low, high] = [figure.value, figure.low, figure.high].map((x) => {
    const text = Math.abs(x * 100).toFixed(1);
    return x < 0 ? `−${text}` : `+${text}`;
  });
  return `${value} (${low} to ${high})`;
}

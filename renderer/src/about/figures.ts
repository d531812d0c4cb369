/** A share of 1 in percent. */
export function formatShare(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

/** Where a share lies with a chance of 95 %; nothing where that is not known. */
export function formatSpan(interval: readonly [low: number, high: number] | undefined): string {
  if (!interval) return '';
  const [low, high] = interval.map((value) => (value * 100).toFixed(0));
  return `${low} to ${high} %`;
}

/** A measured value with its standard uncertainty (JCGM 100:2008, the GUM), in the same unit. */
export interface Quantity {
  readonly value: number;
  readonly error: number;
  readonly unit: 'px' | 'mm' | 'px²' | 'mm²';
}

/** Independent uncertainties together. */
export function combined(...errors: readonly number[]): number {
  return Math.hypot(...errors);
}

/** Within so many standard uncertainties lies the value in 95 of 100 cases. */
export const coverage95 = 1.96;

import { SnnError } from '../errors.ts';

// Reads fields of the parsed head.json; whatever is wrong names the field.

export function asVector(value: unknown, field: string, length?: number): Float64Array {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    throw invalid(field, `is no list of ${length ?? 'numbers'}${length ? ' numbers' : ''}`);
  }
  return Float64Array.from(value, (each: unknown, index) => asNumber(each, `${field}[${index}]`));
}

/** Row by row. */
export function asMatrix(
  value: unknown,
  field: string,
  columns: number,
  limits: { readonly least: number; readonly most: number },
): { readonly rows: number; readonly values: Float64Array } {
  const { least, most } = limits;
  if (!Array.isArray(value) || value.length < least || value.length > most) {
    throw invalid(field, `does not have ${least === most ? least : `${least} or more`} rows`);
  }
  const values = new Float64Array(value.length * columns);
  for (const [row, each] of value.entries()) {
    values.set(asVector(each, `${field}[${row}]`, columns), row * columns);
  }
  return { rows: value.length, values };
}

export function asNumber(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw invalid(field, 'is no finite number');
  }
  return value;
}

export function asPositive(value: unknown, field: string): number {
  const number = asNumber(value, field);
  if (!(number > 0)) throw invalid(field, `is ${number}, not above 0`);
  return number;
}

export function asText(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(field, 'is no text');
  return value;
}

export function asRecord(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(field, 'is no object');
  }
  return value as Readonly<Record<string, unknown>>;
}

export function invalid(field: string, detail: string): SnnError {
  return new SnnError('head-invalid', `head.json: ${field} ${detail}`);
}

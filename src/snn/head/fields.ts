import { SnnError, type SnnErrorCode } from '../errors.ts';

// Reads fields of a parsed document; whatever is wrong names the field.

/** Runs `read`, whose complaints about fields become SnnErrors of this code that name the document. */
export function readDocument<T>(code: SnnErrorCode, name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldError) throw new SnnError(code, `${name}: ${error.message}`);
    throw error;
  }
}

/** Stays inside `readDocument`. */
class FieldError extends Error {}

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

export function asWhole(value: unknown, field: string, least: number, most: number): number {
  const number = asNumber(value, field);
  if (!Number.isInteger(number) || number < least || number > most) {
    throw invalid(field, `is ${number}, no whole number from ${least} to ${most}`);
  }
  return number;
}

export function asPositive(value: unknown, field: string): number {
  const number = asNumber(value, field);
  if (!(number > 0)) throw invalid(field, `is ${number}, not above 0`);
  return number;
}

/** 64 lower-case hexadecimal digits. */
export function asHash(value: unknown, field: string): string {
  const text = asText(value, field);
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw invalid(field, 'is not 64 lower-case hexadecimal digits');
  }
  return text;
}

export function asList(value: unknown, field: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) {
    throw invalid(field, `is no list of at most ${most}`);
  }
  return value;
}

/** One of these. */
export function asOneOf<const T extends string>(
  value: unknown,
  field: string,
  choices: readonly T[],
): T {
  const choice = choices.find((each) => each === value);
  if (choice === undefined) {
    throw invalid(field, `is ${JSON.stringify(value)}, none of ${choices.join(', ')}`);
  }
  return choice;
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

export function invalid(field: string, detail: string): Error {
  return new FieldError(`${field} ${detail}`);
}

import type { Parameters, Value } from './connection.ts';

/** The parameters of a query whose text depends on what is asked. */
export class Bindings {
  readonly #values: Record<string, Value> = {};

  get parameters(): Parameters {
    return this.#values;
  }

  /** The name under which the query refers to `value`. */
  add(value: Value): string {
    const name = `v${Object.keys(this.#values).length}`;
    this.#values[name] = value;
    return `:${name}`;
  }

  /** For `column IN (…)`. */
  list(values: readonly Value[]): string {
    return values.map((value) => this.add(value)).join(', ');
  }

  /** That `column` begins with `prefix`. */
  beginning(column: string, prefix: string): string {
    // In UTF-8 no text sorts after the last code point.
    return `${column} >= ${this.add(prefix)} AND ${column} < ${this.add(`${prefix}\u{10ffff}`)}`;
  }
}

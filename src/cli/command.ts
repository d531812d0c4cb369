import { type ParseArgsConfig, parseArgs } from 'node:util';

/** 0: everything went well. 1: something failed. 2: the command was used wrongly. */
export type ExitCode = 0 | 1 | 2;

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the command's name, for example `FILE… [--json]`. */
  readonly usage: string;
  /** One line an option. */
  readonly options: readonly string[];
  /** @throws UsageError */
  run(args: readonly string[], terminal: Terminal): Promise<ExitCode>;
}

/** Where a command writes: results to `out`, everything else to `note`. */
export interface Terminal {
  out(line: string): void;
  note(line: string): void;
  /** Replaces the progress line; nothing where nobody watches. An empty text removes it. */
  progress(text: string): void;
}

/** The arguments make no sense; the message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** `parseArgs` of Node, strict, whose complaints are `UsageError`. */
export function parse<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message);
    throw error;
  }
}

/** Like `parse`, for a command that takes options only. */
export function parseOptions<const O extends Options>(args: readonly string[], options: O) {
  const { values, positionals } = parse(args, options);
  if (positionals[0] !== undefined)
    throw new UsageError(`Unexpected argument "${positionals[0]}".`);
  return values;
}

/** The value of an option that must be given. */
export function required(value: string | undefined, option: string): string {
  if (value === undefined) throw new UsageError(`--${option} is missing.`);
  return value;
}

/** A failure as `--json` shows it. */
export function describeError(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'internal', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'internal';
  return { code, message: error.message };
}

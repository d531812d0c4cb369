import { z } from 'zod';

/**
 * A boundary's contract: named procedures whose inputs, outputs and events are zod schemas. Types
 * are inferred from it, and both ends validate with it.
 */
export interface Call<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'query' | 'command';
  readonly input: I;
  readonly output: O;
}

export interface Stream<I extends z.ZodType = z.ZodType, E extends z.ZodType = z.ZodType> {
  readonly kind: 'stream';
  readonly input: I;
  readonly event: E;
}

export type Contract = Readonly<Record<string, Call | Stream>>;

/** Reads; may be repeated freely. */
export function query<I extends z.ZodType, O extends z.ZodType>(input: I, output: O) {
  return { kind: 'query', input, output } as const;
}

/** Changes something; never repeated by the transport. */
export function command<I extends z.ZodType, O extends z.ZodType>(input: I, output: O) {
  return { kind: 'command', input, output } as const;
}

/** Events until the subscriber leaves or the link closes. */
export function stream<I extends z.ZodType, E extends z.ZodType>(input: I, event: E) {
  return { kind: 'stream', input, event } as const;
}

export type CallName<C extends Contract> = {
  [K in keyof C]: C[K] extends Call ? K : never;
}[keyof C] &
  string;

export type StreamName<C extends Contract> = {
  [K in keyof C]: C[K] extends Stream ? K : never;
}[keyof C] &
  string;

export type InputOf<P> = P extends { readonly input: infer I extends z.ZodType }
  ? z.input<I>
  : never;
export type ParsedInputOf<P> = P extends { readonly input: infer I extends z.ZodType }
  ? z.output<I>
  : never;
export type OutputOf<P> = P extends { readonly output: infer O extends z.ZodType }
  ? z.output<O>
  : never;
export type EventOf<P> = P extends { readonly event: infer E extends z.ZodType }
  ? z.output<E>
  : never;

/** Raw bytes in a message. */
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes');

/** Spike counts and other 32-bit integers in a message. */
export const int32s = z.custom<Int32Array>(
  (value) => value instanceof Int32Array,
  'expected 32-bit integers',
);

/** What a failed call looks like on the wire. */
export const wireError = z.object({
  code: z.string(),
  message: z.string(),
});
export type WireError = z.infer<typeof wireError>;

/** The other side refused or failed; `code` comes from the contract's own union of codes. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: string;
  constructor(error: WireError) {
    super(error.message);
    this.code = error.code;
  }
}

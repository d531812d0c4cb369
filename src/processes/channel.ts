import { z } from 'zod';
import {
  type CallName,
  type Contract,
  type EventOf,
  type InputOf,
  type OutputOf,
  type ParsedInputOf,
  RemoteError,
  type StreamName,
  wireError,
} from './contract.ts';
import type { Link } from './link.ts';
import type { Turns } from './turns.ts';

/**
 * One request/response protocol over any `Link`: calls with cancellation, event streams, typed
 * errors. Used at every process boundary (UI ↔ station, station ↔ bridge, station ↔ decoder).
 */
const toServer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.number(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('subscribe'), id: z.number(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.number() }),
]);
const toClient = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.number(), output: z.unknown() }),
  z.object({ type: z.literal('error'), id: z.number(), error: wireError }),
  z.object({ type: z.literal('event'), id: z.number(), event: z.unknown() }),
]);

export interface CallContext {
  /** Aborted when the caller cancels or the link closes. */
  readonly signal: AbortSignal;
}

export type Handlers<C extends Contract> = {
  readonly [K in CallName<C>]: (
    input: ParsedInputOf<C[K]>,
    context: CallContext,
  ) => OutputOf<C[K]> | Promise<OutputOf<C[K]>>;
} & {
  /** Starts sending events; returns what to do when the subscriber leaves. */
  readonly [K in StreamName<C>]: (
    input: ParsedInputOf<C[K]>,
    emit: (event: EventOf<C[K]>) => void,
  ) => () => void;
};

export interface ServeOptions<C extends Contract = Contract> {
  /** The codes that may cross this boundary; any other failure becomes `internal`. */
  readonly codes: readonly string[];
  /** Throws where a procedure may not be called just now. Asked before its input is looked at. */
  readonly admit?: (procedure: C[keyof C]) => void;
  /** Shared by the links of one server: calls of each are begun in turn. */
  readonly turns?: Turns;
  /** Told when a call is begun; what it returns is told once it was answered. */
  readonly onCall?: () => () => void;
  /** Told of each failure that became `internal`, for the log. */
  readonly onInternalError?: (procedure: string, error: unknown) => void;
}

/** Answers a contract's calls on `link` with `handlers` until the link closes. */
export function serve<C extends Contract>(
  link: Link,
  contract: C,
  handlers: Handlers<C>,
  options: ServeOptions<C>,
): void {
  const running = new Map<number, () => void>();
  const registry = handlers as unknown as Record<
    string,
    (input: unknown, second: unknown) => unknown
  >;

  const fail = (id: number, procedure: string, error: unknown) => {
    link.send({ type: 'error', id, error: toWireError(procedure, error, options) });
  };

  const call = async (id: number, name: string, input: unknown, abort: AbortController) => {
    const answered = options.onCall?.();
    try {
      if (abort.signal.aborted) return;
      const procedure = contract[name];
      const handler = registry[name];
      if (!procedure || procedure.kind === 'stream' || !Object.hasOwn(contract, name) || !handler)
        throw invalidInput(`There is no call named "${name}".`);
      options.admit?.(procedure as C[keyof C]);
      const output = await handler(parseInput(name, procedure.input, input), {
        signal: abort.signal,
      });
      link.send({ type: 'result', id, output: procedure.output.parse(output) });
    } catch (error) {
      fail(id, name, error);
    } finally {
      running.delete(id);
      answered?.();
    }
  };

  const subscribe = (id: number, name: string, input: unknown) => {
    try {
      const procedure = contract[name];
      const handler = registry[name];
      if (procedure?.kind !== 'stream' || !Object.hasOwn(contract, name) || !handler)
        throw invalidInput(`There is no stream named "${name}".`);
      options.admit?.(procedure as C[keyof C]);
      const emit = (event: unknown) =>
        link.send({ type: 'event', id, event: procedure.event.parse(event) });
      running.set(id, handler(parseInput(name, procedure.input, input), emit) as () => void);
    } catch (error) {
      fail(id, name, error);
    }
  };

  link.onMessage((raw) => {
    const parsed = toServer.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.type === 'call') {
      const abort = new AbortController();
      running.set(message.id, () => abort.abort());
      const begin = () => void call(message.id, message.name, message.input, abort);
      if (options.turns) options.turns.take(link, begin);
      else begin();
    } else if (message.type === 'subscribe') subscribe(message.id, message.name, message.input);
    else {
      running.get(message.id)?.();
      running.delete(message.id);
    }
  });
  link.onClose(() => {
    options.turns?.drop(link);
    for (const stop of running.values()) stop();
    running.clear();
  });
}

export interface Client<C extends Contract> {
  /** Rejects with `RemoteError`; code `link-closed` when the other side went away. */
  call<K extends CallName<C>>(
    name: K,
    input: InputOf<C[K]>,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<OutputOf<C[K]>>;
  /** Returns what ends the subscription. */
  subscribe<K extends StreamName<C>>(
    name: K,
    input: InputOf<C[K]>,
    onEvent: (event: EventOf<C[K]>) => void,
    onError?: (error: RemoteError) => void,
  ): () => void;
  readonly closed: Promise<void>;
}

interface Pending {
  resolve(message: unknown): void;
  reject(error: RemoteError): void;
  event?(event: unknown): void;
}

/** Speaks a contract over `link` as its client. */
export function connect<C extends Contract>(link: Link, contract: C): Client<C> {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let isClosed = false;
  const closedError = () =>
    new RemoteError({ code: 'link-closed', message: 'The connection to the service was lost.' });

  link.onMessage((raw) => {
    const parsed = toClient.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    const waiting = pending.get(message.id);
    if (!waiting) return;
    if (message.type === 'event') return waiting.event?.(message.event);
    pending.delete(message.id);
    if (message.type === 'result') waiting.resolve(message.output);
    else waiting.reject(new RemoteError(message.error));
  });
  const closed = new Promise<void>((resolve) => {
    link.onClose(() => {
      isClosed = true;
      for (const waiting of pending.values()) waiting.reject(closedError());
      pending.clear();
      resolve();
    });
  });

  return {
    closed,
    call(name, input, { signal } = {}) {
      return new Promise((resolve, reject) => {
        const procedure = contract[name];
        if (isClosed) return reject(closedError());
        if (!procedure || procedure.kind === 'stream')
          return reject(invalidInput(`No call ${name}`));
        const id = nextId++;
        const cancel = () => {
          if (!pending.delete(id)) return;
          link.send({ type: 'cancel', id });
          reject(new RemoteError({ code: 'cancelled', message: 'Cancelled.' }));
        };
        pending.set(id, {
          resolve: (output) => {
            signal?.removeEventListener('abort', cancel);
            const parsed = procedure.output.safeParse(output);
            if (parsed.success) resolve(parsed.data as never);
            else
              reject(invalidInput(`The answer to ${name} was malformed: ${parsed.error.message}`));
          },
          reject: (error) => {
            signal?.removeEventListener('abort', cancel);
            reject(error);
          },
        });
        link.send({ type: 'call', id, name, input });
        if (signal?.aborted) cancel();
        else signal?.addEventListener('abort', cancel, { once: true });
      });
    },
    subscribe(name, input, onEvent, onError) {
      const procedure = contract[name];
      if (procedure?.kind !== 'stream') throw invalidInput(`No stream ${name}`);
      const id = nextId++;
      pending.set(id, {
        resolve: () => {},
        reject: (error) => onError?.(error),
        event: (event) => {
          const parsed = procedure.event.safeParse(event);
          if (parsed.success) onEvent(parsed.data as never);
        },
      });
      if (!isClosed) link.send({ type: 'subscribe', id, name, input });
      return () => {
        if (pending.delete(id) && !isClosed) link.send({ type: 'cancel', id });
      };
    },
  };
}

function invalidInput(message: string): RemoteError {
  return new RemoteError({ code: 'invalid-input', message });
}

function parseInput(name: string, schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw invalidInput(`${name}: ${where}${issue?.message ?? 'invalid input'}`);
}

function toWireError(
  procedure: string,
  error: unknown,
  options: Pick<ServeOptions, 'codes' | 'onInternalError'>,
) {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const known = error.code === 'invalid-input' || options.codes.includes(error.code);
    if (known) return { code: error.code, message: error.message };
  }
  options.onInternalError?.(procedure, error);
  return {
    code: 'internal',
    message: 'Something went wrong inside the program. Nothing was changed; try again.',
  };
}

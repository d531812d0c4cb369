import { type ChildProcess, spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { maxFileBytes } from '../../src/clinic/entities/index.ts';
import { decoderContract } from '../../src/imaging/contract.ts';
import { Decoder, type DecoderLimits, ImagingError } from '../../src/imaging/decoder.ts';
import { look } from '../../src/imaging/memory.ts';
import { type Handlers, serve } from '../../src/processes/channel.ts';
import { RemoteError } from '../../src/processes/contract.ts';
import type { HostedProcess, ProcessHost } from '../../src/processes/host.ts';
import { linkedPair } from '../../src/processes/link.ts';
import { isSealable } from '../../src/processes/seal/seal.ts';

type Answers = Partial<Handlers<typeof decoderContract>>;
interface Started {
  readonly args: readonly string[];
  readonly calls: string[];
  isKilled: boolean;
}

const hanging = () => new Promise<never>(() => {});
const ready = (memoryMib: number) => () => ({ memoryMib, seal: { calls: true, files: true } });
const ruler = { findRuler: () => null };

/** Decoders that answer by a script, each by its own; one without an answer to a call never gives any. */
class ScriptedHost implements ProcessHost {
  readonly started: Started[] = [];
  /** What the system tells of a decoder's process. */
  pid: number | undefined;
  readonly #script: (index: number) => Answers;

  constructor(script: (index: number) => Answers) {
    this.#script = script;
  }

  spawn(_: string, args: readonly string[] = []): HostedProcess {
    const [near, far] = linkedPair();
    const started: Started = { args, calls: [], isKilled: false };
    const answers = { ready: ready(1), ...this.#script(this.started.push(started) - 1) };
    const handlers = Object.keys(decoderContract).map((name) => [
      name,
      (input: never, context: never) => {
        started.calls.push(name);
        return (answers[name as keyof Answers] ?? hanging)(input, context);
      },
    ]);
    serve(far, decoderContract, Object.fromEntries(handlers), {
      codes: ['damaged-image', 'decode-memory', 'elsewhere'],
    });
    const kill = () => {
      started.isKilled = true;
      near.close();
    };
    return { pid: this.pid, link: near, exited: hanging(), kill };
  }
}

function open(script: (index: number) => Answers = () => ruler, limits?: DecoderLimits) {
  const host = new ScriptedHost(script);
  const decoder = new Decoder(host, limits);
  const find = (signal?: AbortSignal) =>
    decoder.findRuler(Uint8Array.of(1), { fileName: 'a.jpg', ...(signal && { signal }) });
  return { host, decoder, find };
}

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  const failure = await call.catch((error: unknown) => error);
  return failure instanceof ImagingError || failure instanceof RemoteError ? failure.code : failure;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a file of no use', () => {
  const options = { fileName: 'a.jpg', tensorSize: 8, maxSidePx: 8 };
  const calls = {
    read: (decoder, bytes) => decoder.read(bytes, options),
    prepareOutline: (decoder, bytes) => decoder.prepareOutline(bytes, options),
    appearance: (decoder, bytes) => decoder.appearance(bytes, { ...options, outline: [] }),
    findRuler: (decoder, bytes) => decoder.findRuler(bytes, options),
    findWriting: (decoder, bytes) => decoder.findWriting(bytes, options),
    snapOutline: (decoder, bytes) => decoder.snapOutline(bytes, { ...options, controls: [] }),
    render: (decoder, bytes) => decoder.render(bytes, options),
  } satisfies Record<string, (decoder: Decoder, bytes: Uint8Array) => Promise<unknown>>;

  test.each(Object.entries(calls))('is not even sent for %s', async (_, call) => {
    const { host, decoder } = open();
    expect(await codeOf(call(decoder, new Uint8Array(0)))).toBe('empty-file');
    expect(await codeOf(call(decoder, new Uint8Array(maxFileBytes + 1)))).toBe('image-too-large');
    expect(host.started).toHaveLength(0);
  });

  test('is one byte larger than the largest that is sent', async () => {
    // It does not start, so that nothing is copied.
    const { host, decoder } = open(() => ({ ready: () => Promise.reject(new Error()) }));
    const largest = new Uint8Array(maxFileBytes);
    expect(await codeOf(decoder.findRuler(largest, options))).toBe('decoder-crashed');
    expect(host.started.length).toBeGreaterThan(0);
  });
});

test('a decoder is told its limit of memory: 768 MiB, or what it was given', async () => {
  const [usual, other] = [open(), open(undefined, { memoryMib: 100 })];
  await Promise.all([usual.find(), other.find()]);
  expect([usual, other].map(({ host }) => host.started[0]?.args)).toEqual([['768'], ['100']]);
});

test.each([
  ['less than seven tenths of its memory is kept', 69.9, 1],
  ['seven tenths of its memory gives way to another', 70, 2],
])('a decoder that holds %s', async (_, memoryMib, count) => {
  const { host, find } = open(() => ({ ready: ready(memoryMib), ...ruler }), { memoryMib: 100 });
  await find();
  await find();
  expect(host.started.map(({ isKilled }) => isKilled)).toEqual(
    count === 1 ? [false] : [true, false],
  );
});

test.each([
  ['damaged-image', 'damaged-image', 1],
  ['invalid-input', 'invalid-input', 1],
  ['decode-memory', 'decode-memory', 2],
  ['elsewhere', 'decoder-crashed', 2],
  ['unforeseen', 'decoder-crashed', 2],
])('a decoder that says %s fails with %s, and the next file is read', async (says, code, count) => {
  const failing = () => Promise.reject(new RemoteError({ code: says, message: 'So it is.' }));
  const { host, find } = open((index) => {
    let isFirst = index === 0;
    return {
      findRuler: () => {
        if (!isFirst) return null;
        isFirst = false;
        return failing();
      },
    };
  });
  const failure = await find().catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code,
    message:
      code === 'decoder-crashed'
        ? 'a.jpg made the image decoder stop. Other images are not affected. ' +
          'Export the picture again from the camera as JPEG, then import that file.'
        : 'So it is.',
  });
  expect(await find()).toBeNull();
  expect(host.started).toHaveLength(count);
  expect(host.started[0]?.isKilled).toBe(count === 2);
});

describe('a decoder that starts', () => {
  test('and fails at it is ended, every one', async () => {
    const { host, find } = open(() => ({ ready: () => Promise.reject(new Error()) }));
    expect(await codeOf(find())).toBe('decoder-crashed');
    expect(host.started.every(({ isKilled }) => isKilled)).toBe(true);
  });

  test('while the product ends is cancelled, and no other is started', async () => {
    const { host, decoder, find } = open(() => ({
      ready: () => {
        decoder.close();
        return hanging();
      },
    }));
    expect(await codeOf(find())).toBe('cancelled');
    expect(host.started.map(({ isKilled }) => isKilled)).toEqual([true]);
  });

  test('while its file is cancelled is not given it', async () => {
    const abort = new AbortController();
    const { host, find } = open((index) => ({
      ...ruler,
      ready: () => {
        if (index === 0) abort.abort();
        return ready(1)();
      },
    }));
    expect(await codeOf(find(abort.signal))).toBe('cancelled');
    expect(await find()).toBeNull();
    expect(host.started.map(({ calls }) => calls)).toEqual([['ready'], ['ready', 'findRuler']]);
    expect(host.started[0]?.isKilled).toBe(true);
  });

  test.runIf(isSealable)('without a seal stays the way in which all others start', async () => {
    const { host, find } = open((index) =>
      index === 0 ? { ready: () => Promise.reject(new Error()) } : { ready: ready(1e9), ...ruler },
    );
    await find();
    await find();
    expect(host.started.map(({ args }) => args)).toEqual([
      ['768'],
      ['768', 'unsealed'],
      ['768', 'unsealed'],
    ]);
  });
});

test('a decoder that is asked whether it is there when the product ends has no successor', async () => {
  let asked = 0;
  const { host, decoder, find } = open(() => ({
    ...ruler,
    ready: () => {
      asked += 1;
      if (asked === 2) decoder.close();
      return ready(1)();
    },
  }));
  await find();
  expect(await codeOf(find())).toBe('cancelled');
  expect(host.started).toHaveLength(1);
});

test('no decoder is started once the product has ended', async () => {
  const { host, decoder, find } = open();
  decoder.close();
  expect(await codeOf(find())).toBe('cancelled');
  expect(host.started).toHaveLength(0);
});

test('a waiting file that is cancelled is so at once, however long the one before it takes', async () => {
  const abort = new AbortController();
  const given = Promise.withResolvers<void>();
  const { decoder, find } = open(() => ({
    findRuler: () => {
      given.resolve();
      return hanging();
    },
  }));
  const first = codeOf(find());
  const second = codeOf(find(abort.signal));
  await given.promise;
  abort.abort();
  expect(await second).toBe('cancelled');
  decoder.close();
  expect(await first).toBe('cancelled');
});

test('a file that is cancelled before its turn waits for no other, and costs no decoder', async () => {
  const abort = new AbortController();
  const given = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<null>();
  const { host, find } = open(() => ({
    findRuler: () => {
      given.resolve();
      return answer.promise;
    },
  }));
  const ends: string[] = [];
  const first = find().then(() => ends.push('first'));
  const second = codeOf(find(abort.signal)).then(() => ends.push('second'));
  const third = codeOf(find(AbortSignal.abort())).then(() => ends.push('third'));
  await given.promise;
  abort.abort();
  await second;
  answer.resolve(null);
  await Promise.all([first, third]);
  expect(ends.at(-1)).toBe('first');
  expect(await find()).toBeNull();
  expect(host.started.map(({ isKilled }) => isKilled)).toEqual([false]);
});

describe('a file in work', () => {
  test('that is cancelled ends its decoder, and the next file has another', async () => {
    const abort = new AbortController();
    const { host, find } = open((index) =>
      index === 1
        ? ruler
        : {
            findRuler: () => {
              abort.abort();
              return hanging();
            },
          },
    );
    expect(await codeOf(find(abort.signal))).toBe('cancelled');
    expect(await find()).toBeNull();
    expect(host.started.map(({ isKilled }) => isKilled)).toEqual([true, false]);
  });

  test.each([
    ['10', undefined, 10_000],
    ['1.5', { timeMs: 1500 }, 1500],
  ])('is given up after %s s, and says so', async (seconds, limits, timeMs) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const given = Promise.withResolvers<void>();
    const { host, find } = open(
      () => ({
        findRuler: () => {
          given.resolve();
          return hanging();
        },
      }),
      limits,
    );
    const failure = find().catch((error: unknown) => error);
    await given.promise;
    await vi.advanceTimersByTimeAsync(timeMs - 1);
    expect(host.started[0]?.isKilled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await failure).toMatchObject({
      code: 'decode-timeout',
      message: expect.stringContaining(`a.jpg took longer than ${seconds} s`),
    });
    expect(host.started[0]?.isKilled).toBe(true);
  });

  test('leaves no clock running and nothing at its signal, however many share one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const { signal } = new AbortController();
    const { find } = open();
    for (let file = 0; file < 3; file++) await find(signal);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test.runIf(process.platform === 'linux')(
    'whose decoder is suspended has one more, and fails where that is suspended too',
    async () => {
      const child: ChildProcess = spawn(process.execPath, [
        '-e',
        'console.log(1); setInterval(() => {}, 1e6)',
      ]);
      try {
        await once(child.stdout ?? child, 'data');
        child.kill('SIGSTOP');
        await vi.waitUntil(() => look(child.pid).isStopped, { timeout: 30_000 });
        // A third one would answer.
        const { host, find } = open((index) => (index === 2 ? ruler : {}), {
          timeMs: 600_000,
          memoryMib: 100_000,
        });
        host.pid = child.pid;
        expect(await codeOf(find())).toBe('decoder-crashed');
        expect(host.started.map(({ isKilled }) => isKilled)).toEqual([true, true]);
      } finally {
        child.kill('SIGKILL');
      }
    },
  );
});

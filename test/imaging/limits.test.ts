import { afterEach, describe, expect, test } from 'vitest';
import { Decoder, type DecoderLimits, ImagingError } from '../../src/imaging/decoder.ts';
import { openSource } from '../../src/imaging/source.ts';
import type { HostedProcess } from '../../src/processes/host.ts';
import { largePng, plain, textured, WatchedHost } from './pictures.ts';

/** Allowed, but it takes more than a second and 155 MB to decode. */
const large = await plain(7200, 7200, [180, 140, 120])
  .withIccProfile('p3')
  .withMetadata({ orientation: 6 })
  .png()
  .toBuffer();
const small = await textured(64, 48).jpeg().toBuffer();

const opened: Decoder[] = [];
afterEach(() => {
  for (const decoder of opened.splice(0)) decoder.close();
});

function open(limits: DecoderLimits = {}) {
  const host = new WatchedHost();
  const decoder = new Decoder(host, limits);
  opened.push(decoder);
  const read = (bytes: Uint8Array, fileName = 'picture', signal?: AbortSignal) =>
    decoder.read(bytes, { fileName, tensorSize: 8, ...(signal && { signal }) });
  return { host, decoder, read };
}

/** Runs `act` once, when a decoder has just been handed a file. */
function onNextRead(host: WatchedHost, act: (decoder: HostedProcess) => void) {
  host.onCall = (name, decoder) => {
    if (name !== 'read') return;
    host.onCall = undefined;
    act(decoder);
  };
}

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  const failure = await call.catch((error: unknown) => error);
  return failure instanceof Error && 'code' in failure ? failure.code : failure;
}

describe('the decoder process', () => {
  test('is started with the first file and kept for the next ones', async () => {
    const { host, read } = open();
    expect(host.started).toHaveLength(0);
    await read(small);
    await read(small);
    expect(host.started).toHaveLength(1);
  });

  test('that is suspended is replaced, and the file it had is read all the same', async () => {
    const { host, read } = open();
    onNextRead(host, ({ pid = 0 }) => process.kill(pid, 'SIGSTOP'));
    await read(small);
    expect(host.started).toHaveLength(2);
  });

  test('that was suspended while it waited is replaced before it is given a file', async () => {
    const { host, read } = open();
    await read(small);
    process.kill(host.started[0]?.pid ?? 0, 'SIGSTOP');
    await read(small);
    expect(host.started).toHaveLength(2);
  });

  test('works through waiting files in their order, a bad one among them', async () => {
    const { read } = open();
    const order: string[] = [];
    const files = { a: small, b: Buffer.from('text'), c: small, d: small };
    await Promise.allSettled(
      Object.entries(files).map(([name, bytes]) =>
        read(bytes, name).finally(() => order.push(name)),
      ),
    );
    expect(order).toEqual(['a', 'b', 'c', 'd']);
  });

  test('killed in the middle of an image fails that image only', async () => {
    const { host, read } = open();
    onNextRead(host, (decoder) => decoder.kill());
    const [first, second] = await Promise.allSettled([read(large, 'large.png'), read(small)]);
    if (first.status === 'fulfilled') throw new Error('The image should have failed.');
    expect(first.reason).toBeInstanceOf(ImagingError);
    expect(first.reason).toMatchObject({ code: 'decoder-crashed' });
    expect(first.reason.message).toContain('large.png');
    expect(second).toMatchObject({ status: 'fulfilled', value: { widthPx: 64 } });
    expect(host.started).toHaveLength(2);
  });

  test('killed between images is replaced unnoticed', async () => {
    const { host, read } = open();
    await read(small);
    host.started[0]?.kill();
    await host.started[0]?.exited;
    expect(await read(small)).toMatchObject({ widthPx: 64 });
  });

  test('that does not start is an error, not a hang', async () => {
    const { host, read } = open();
    host.onCall = (name, decoder) => {
      if (name === 'ready') decoder.kill();
    };
    expect(await codeOf(read(small))).toBe('decoder-crashed');
    host.onCall = undefined;
    expect(await read(small)).toMatchObject({ widthPx: 64 });
  });

  test.runIf(process.platform === 'linux')(
    'starts without a seal where none ever started with one, and never after one has',
    async () => {
      const { host, decoder, read } = open();
      const killNext = () => {
        host.onCall = (name, started) => {
          if (name !== 'ready') return;
          host.onCall = undefined;
          started.kill();
        };
      };
      killNext();
      expect(await read(small)).toMatchObject({ widthPx: 64 });
      expect(decoder.seal).toEqual({ calls: false, files: false });
      expect(host.started).toHaveLength(2);

      const usual = open();
      await usual.read(small);
      expect(usual.decoder.seal).toEqual({ calls: true, files: true });
      usual.host.started[0]?.kill();
      await usual.host.started[0]?.exited;
      usual.host.onCall = (name, started) => {
        if (name === 'ready' && usual.host.started.length === 2) started.kill();
      };
      expect(await codeOf(usual.read(small))).toBe('decoder-crashed');
      expect(usual.host.started).toHaveLength(2);
    },
  );

  test('gives way to a fresh one when it holds on to much memory', async () => {
    const { host, read } = open({ memoryMib: 100_000 });
    await read(small);
    await read(small);
    expect(host.started).toHaveLength(1);
    const tight = open({ memoryMib: 220 });
    await tight.read(small);
    await tight.read(small);
    expect(tight.host.started).toHaveLength(2);
  });
});

describe('limits', () => {
  test('a picture of 52 million pixels is accepted, and none of one more', async () => {
    expect(await openSource('a.png', largePng(8000, 6500))).toMatchObject({ format: 'png' });
    await expect(openSource('a.png', largePng(52_000_001, 1))).rejects.toMatchObject({
      code: 'image-too-large',
    });
  });

  test('an image that takes too long is given up, and the next one is read', async () => {
    const { host, read } = open({ timeMs: 400 });
    const [slow, next] = await Promise.allSettled([read(large, 'slow.png'), read(small)]);
    expect(slow).toMatchObject({ status: 'rejected', reason: { code: 'decode-timeout' } });
    expect(next).toMatchObject({ status: 'fulfilled', value: { widthPx: 64 } });
    const signals = await host.started[0]?.exited;
    expect(signals).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('an image that takes too much memory is given up, and the next one is read', async () => {
    const { host, read } = open({ memoryMib: 260 });
    const [heavy, next] = await Promise.allSettled([read(large, 'heavy.png'), read(small)]);
    expect(heavy).toMatchObject({ status: 'rejected', reason: { code: 'decode-memory' } });
    expect(next).toMatchObject({ status: 'fulfilled', value: { widthPx: 64 } });
    expect(await host.started[0]?.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('where nothing tells a process its memory from outside, the decoder tells', async () => {
    const { host, read } = open({ memoryMib: 260 });
    host.isPidHidden = true;
    const [heavy, next] = await Promise.allSettled([read(large, 'heavy.png'), read(small)]);
    expect(heavy).toMatchObject({ status: 'rejected', reason: { code: 'decode-memory' } });
    expect(next).toMatchObject({ status: 'fulfilled', value: { widthPx: 64 } });
  });
});

describe('cancelling', () => {
  test('a waiting image never reaches the decoder', async () => {
    const { host, read } = open();
    const sent: string[] = [];
    host.onCall = (name) => sent.push(name);
    const abort = new AbortController();
    const first = read(small);
    const second = codeOf(read(small, 'second', abort.signal));
    abort.abort();
    expect(await second).toBe('cancelled');
    await first;
    await read(small);
    expect(sent.filter((name) => name === 'read')).toHaveLength(2);
  });

  test('an image that could be cancelled, and is not, is read', async () => {
    const { read } = open();
    const { signal } = new AbortController();
    expect(await read(small, 'picture', signal)).toMatchObject({ widthPx: 64 });
  });

  test('an image that is cancelled before it is given waits for no other', async () => {
    const { decoder, read } = open();
    const first = codeOf(read(large));
    expect(await codeOf(read(small, 'second', AbortSignal.abort()))).toBe('cancelled');
    decoder.close();
    expect(await first).toBe('cancelled');
  });

  test('a running image stops at once, and the next one is read', async () => {
    const { host, read } = open();
    const abort = new AbortController();
    onNextRead(host, () => abort.abort());
    const [cancelled, next] = await Promise.all([
      codeOf(read(large, 'large.png', abort.signal)),
      read(small),
    ]);
    expect(cancelled).toBe('cancelled');
    expect(next).toMatchObject({ widthPx: 64 });
  });

  test('closing ends the process and every call', async () => {
    const { host, decoder, read } = open();
    onNextRead(host, () => decoder.close());
    const codes = await Promise.all([codeOf(read(large)), codeOf(read(small))]);
    expect(codes).toEqual(['cancelled', 'cancelled']);
    await host.started[0]?.exited;
    expect(await codeOf(read(small))).toBe('cancelled');
    expect(host.started).toHaveLength(1);
  });
});

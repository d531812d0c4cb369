import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ThreadAnswer } from '../../../native-bridge/accelerators/emulator-messages.ts';
import {
  EmulatorThread,
  ThreadLostError,
} from '../../../native-bridge/accelerators/emulator-thread.ts';
import { createEngine, elementCount, readNetwork } from '../../../src/snn/index.ts';

const threadFile = path.join(
  import.meta.dirname,
  '../../../native-bridge/accelerators/emulator-worker.ts',
);
const limits = { maxHeapMb: 256, startMs: 20_000, loadMs: 20_000, runMs: 20_000 };
const file = readFileSync(path.join(import.meta.dirname, '../../../models/qana-4/backbone.onnx'));
const network = { name: 'shipped', sha256: 'a'.repeat(64), file };

function expectType<Type extends ThreadAnswer['type']>(answer: ThreadAnswer, type: Type) {
  expect(answer.type).toBe(type);
  return answer as Extract<ThreadAnswer, { type: Type }>;
}

test('two threads run one copy of the packed weights at the same time, exactly', async () => {
  const threads = [0, 1].map((slot) => new EmulatorThread(threadFile, limits, slot));
  const [first, second] = threads as [EmulatorThread, EmulatorThread];
  try {
    await Promise.all(threads.map(({ started }) => started));
    const load = { type: 'load', network, slots: 2 } as const;
    const { program } = expectType(
      await first.ask({ ...load, slot: 0, program: undefined }),
      'loaded',
    );
    const later = expectType(await second.ask({ ...load, slot: 1, program }), 'loaded');
    expect(later.program.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    const engine = createEngine('event', readNetwork(file));
    const length = elementCount(engine.network.input.shape);
    const images = [3, 5].map((factor) =>
      Uint8Array.from({ length }, (_, index) => (index * factor * 40503) % 251),
    );
    const expected = images.map((image) => engine.run(image).spikeCounts);
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(
        threads.map((thread, index) =>
          thread.ask({
            type: 'run',
            networkSha256: network.sha256,
            image: Uint8Array.from(images[index] ?? []),
          }),
        ),
      );
      const counts = answers.map((answer) => expectType(answer, 'result').spikeCounts);
      expect(counts).toEqual(expected);
    }
  } finally {
    for (const thread of threads) thread.end('was closed');
    await Promise.all(threads.map(({ lost }) => lost));
  }
});

test('what the engine refuses is an answer; anything else that fails ends the thread', async () => {
  const thread = new EmulatorThread(threadFile, limits, 0);
  await thread.started;
  const damaged = { ...network, file: file.subarray(0, 1000) };
  const load = { type: 'load', network: damaged, slots: 1, slot: 0, program: undefined } as const;
  const { code } = expectType(await thread.ask(load), 'refused');
  expect(code).toBe('model-invalid');
  const early = { type: 'run', networkSha256: network.sha256, image: new Uint8Array(9) } as const;
  await expect(thread.ask(early)).rejects.toThrow('failed: An image came before its network.');
  expect(await thread.lost).toBeInstanceOf(ThreadLostError);
  await expect(thread.ask(early)).rejects.toThrow('had already ended');
});

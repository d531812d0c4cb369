// For litert.py: runs our engine on request. `node engine-server.ts MODEL`; each line of input is a
// number of runs, answered by one line with the duration of each in milliseconds, after one run
// that is not timed.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createEngine, elementCount, readNetwork } from '../../src/snn/index.ts';

const [model = ''] = process.argv.slice(2);
const network = readNetwork(readFileSync(model));
const engine = createEngine('simd', network);
const size = elementCount(network.input.shape);
const image = Uint8Array.from({ length: size }, (_, at) => (at * 40503) % 256);

for await (const line of createInterface({ input: process.stdin })) {
  engine.run(image);
  const durationsMs = Array.from({ length: Number(line) }, () => {
    const startedAt = performance.now();
    engine.run(image);
    return performance.now() - startedAt;
  });
  process.stdout.write(`${durationsMs.join(' ')}\n`);
}

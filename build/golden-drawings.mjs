// Finds drawings that drive the shipped network's layers to the ends of their ranges, for the golden
// images that an accelerator is attested with: node build/golden-drawings.mjs
//
// Random drawings reach most ends. For each that is left it changes a drawing figure by figure, and
// keeps what brings the layer's extreme value nearer to its end. Same network, same drawings.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawing, goldenImages } from '../native-bridge/golden/golden-images.ts';
import { Random } from '../native-bridge/shared/random.ts';
import { shippedModelFolder } from '../src/clinic/model.ts';
import { readNetwork, SimdEngine } from '../src/snn/index.ts';
import { projectRoot } from './project.mjs';

const starts = 200;
const climbs = 8;
const patience = 5_000;
const figuresAtMost = 16;

const network = readNetwork(readFileSync(path.join(shippedModelFolder, 'backbone.onnx')));
const { shape } = network.input;
const file = path.join(projectRoot, 'native-bridge/golden/golden-drawings.json');
const random = new Random(1);
const seed = () => random.below(100_000);

const ends = network.operators.flatMap((_, index) => [end(index, 'low'), end(index, 'high')]);
const others = goldenImages(shape).filter(({ name }) => !name.startsWith('found-'));
const images = others.map(({ image }) => image);
/** @type {number[][]} */
const found = [];
for (const { name, isReached, isReachedBy, search } of ends) {
  if (images.some(isReachedBy)) continue;
  const { seeds, reach } = search();
  const verdict = isReached(reach) ? JSON.stringify(seeds) : `not reached, ${reach} at most`;
  process.stdout.write(`${name}: ${verdict}\n`);
  if (!isReached(reach)) continue;
  found.push(seeds);
  images.push(drawing(seeds, shape));
}
writeFileSync(file, `[\n${found.map((seeds) => `  [${seeds.join(', ')}]`).join(',\n')}\n]\n`);

/**
 * One end of the range of an operator's output.
 * @param {number} index @param {'low' | 'high'} side
 */
function end(index, side) {
  const operators = network.operators.slice(0, index + 1);
  const tensor = operators.at(-1)?.output ?? '';
  const { low = 0, high = 0, shape: shapeOfTensor = shape } = network.tensors[tensor] ?? {};
  const scale = new Float32Array(shapeOfTensor[0]).fill(1);
  const output = { name: tensor, tensor, shape: shapeOfTensor, scale };
  const part = { ...network, operators, output, outputs: [output], spikeTensor: tensor };
  const engine = new SimdEngine(part);
  const sign = side === 'high' ? 1 : -1;
  const goal = side === 'high' ? high : -low;

  /** @param {Uint8Array} image */
  function reachOf(image) {
    let most = -Infinity;
    for (const value of engine.run(image).output) most = Math.max(most, sign * value);
    return most;
  }
  /** @param {number} reach */
  const isReached = (reach) => reach === goal;

  function search() {
    let best = climb();
    for (let again = 1; again < climbs && !isReached(best.reach); again++) {
      const other = climb();
      if (other.reach > best.reach) best = other;
    }
    return best;
  }

  /** From the best of some random drawings, until it is there or nothing has helped for long. */
  function climb() {
    let best = { seeds: [seed()], reach: -Infinity };
    let last = starts;
    for (let step = 0; step < last + patience && !isReached(best.reach); step++) {
      const seeds = step < starts ? Array.from({ length: 6 }, seed) : changed(best.seeds);
      const reach = reachOf(drawing(seeds, shape));
      if (reach > best.reach) last = Math.max(starts, step);
      const isShorter = seeds.length <= best.seeds.length;
      if (reach > best.reach || (reach === best.reach && isShorter)) best = { seeds, reach };
    }
    return best;
  }

  return {
    name: `${tensor} ${side}`,
    isReached,
    /** @param {Uint8Array} image */
    isReachedBy: (image) => isReached(reachOf(image)),
    search,
  };
}

/** With one figure another, more, less, or elsewhere in the order. @param {readonly number[]} seeds */
function changed(seeds) {
  const next = [...seeds];
  const at = random.below(next.length);
  const kind = random.below(10);
  if (kind < 4) next[at] = seed();
  else if (kind < 7 && next.length < figuresAtMost) next.splice(at, 0, seed());
  else if (kind < 9 && next.length > 1) next.splice(at, 1);
  else next.splice(random.below(next.length), 0, ...next.splice(at, 1));
  return next;
}

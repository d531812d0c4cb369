import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Head, type Network, readHead, readNetwork } from '../../../src/snn/index.ts';

const MODEL = fileURLToPath(new URL('../../../models/qana-4/', import.meta.url));

export const qanaIsPresent = existsSync(`${MODEL}golden.json`);

interface GoldenCase {
  readonly name: string;
  readonly a: number;
  readonly b: number;
  readonly k: number;
  readonly counts: readonly number[];
}

export interface Qana {
  readonly network: Network;
  readonly head: Head;
  readonly cases: readonly { name: string; image: Uint8Array; counts: readonly number[] }[];
}

/** The shipped network and head, with the images that golden.json's formula makes. */
export function readQana(): Qana {
  const read = (name: string) => readFileSync(`${MODEL}${name}`);
  const golden = JSON.parse(String(read('golden.json'))) as {
    inputSize: number;
    cases: readonly GoldenCase[];
  };
  return {
    network: readNetwork(read('backbone.onnx')),
    head: readHead(JSON.parse(String(read('head.json')))),
    cases: golden.cases.map(({ name, a, b, k, counts }) => ({
      name,
      counts,
      image: pattern(golden.inputSize, a, b, k),
    })),
  };
}

/** pixel(c, y, x) = (a·x + b·y + 37·c + x·y·k) & 255. */
function pattern(size: number, a: number, b: number, k: number): Uint8Array {
  return Uint8Array.from({ length: 3 * size * size }, (_, index) => {
    const x = index % size;
    const y = Math.floor(index / size) % size;
    const c = Math.floor(index / (size * size));
    return (a * x + b * y + 37 * c + x * y * k) & 255;
  });
}

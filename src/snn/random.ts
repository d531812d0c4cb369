/** Uniform whole numbers, 0 … 2^32 − 1. */
export interface RandomSource {
  next(): number;
}

/**
 * xoshiro128** 1.1 (D. Blackman, S. Vigna, Scrambled linear pseudorandom number generators, ACM
 * TOMS 47(4), 2021): period 2^128 − 1, and only 32-bit integer operations, which every engine
 * computes alike.
 */
export class Xoshiro128 implements RandomSource {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** Four 32-bit words, not all of them 0. */
  constructor(a: number, b: number, c: number, d: number) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
  }

  next(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return result >>> 0;
  }
}

/**
 * The generator of one purpose in one pass. Arguments are whole numbers, 0 … 2^32 − 1. Since
 * `mix` is a bijection, different arguments give different states, never all zero, and a
 * layer's noise depends neither on the other layers nor on how many numbers they drew.
 */
export function randomStream(seed: number, pass: number, purpose: number): Xoshiro128 {
  const a = mix(seed);
  const b = mix(a ^ mix(pass + GOLDEN));
  const c = mix(b ^ mix(purpose + 2 * GOLDEN));
  // The first number comes from the second word alone, so that one depends on all arguments.
  return new Xoshiro128(a, mix(c ^ (3 * GOLDEN)), c, b);
}

/** 2^32 divided by the golden ratio, to the nearest odd number. */
const GOLDEN = 0x9e3779b9;

/** The finalizer of MurmurHash3 (A. Appleby, public domain): a bijection of 32-bit words. */
function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

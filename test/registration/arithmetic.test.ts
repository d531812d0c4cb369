import { expect, test } from 'vitest';
import { SquareFft } from '../../src/registration/fft.ts';
import { withoutHairs } from '../../src/registration/hair.ts';
import {
  apply,
  compose,
  invert,
  scaleOf,
  similarity,
  turnOf,
} from '../../src/registration/index.ts';
import { boxMean, levelOf } from '../../src/registration/level.ts';
import { solve } from '../../src/registration/solve.ts';

test('a transform and its inverse lead back', () => {
  const there = similarity(1.2, 0.4, 0.1, -0.05);
  const back = apply(invert(there), apply(there, { x: 0.3, y: -0.2 }));
  expect(back.x).toBeCloseTo(0.3);
  expect(back.y).toBeCloseTo(-0.2);
  const twice = compose(there, there);
  expect(scaleOf(twice)).toBeCloseTo(1.44);
  expect(turnOf(twice)).toBeCloseTo(0.8);
});

test('the Fourier transform is that of its definition, and its inverse leads back', () => {
  const side = 8;
  const real = Float64Array.from({ length: 64 }, (_, at) => Math.sin(at * at));
  const imaginary = Float64Array.from({ length: 64 }, (_, at) => Math.cos(3 * at));
  const [re, im] = [real.slice(), imaginary.slice()];
  const fft = new SquareFft(side);
  fft.transform(re, im);
  let [sumRe, sumIm] = [0, 0];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const angle = (-2 * Math.PI * (3 * x + 5 * y)) / side;
      const [r = 0, i = 0] = [real[y * side + x], imaginary[y * side + x]];
      sumRe += r * Math.cos(angle) - i * Math.sin(angle);
      sumIm += r * Math.sin(angle) + i * Math.cos(angle);
    }
  expect(re[5 * side + 3]).toBeCloseTo(sumRe);
  expect(im[5 * side + 3]).toBeCloseTo(sumIm);
  fft.transform(re, im, true);
  for (const at of [0, 17, 63]) expect((re[at] ?? 0) / 64).toBeCloseTo(real[at] ?? 0);
  expect(() => new SquareFft(12)).toThrow('12 is no power of two');
});

test('equations are solved, and singular ones are told', () => {
  const solution = solve(Float64Array.of(4, 1, 1, 3), Float64Array.of(1, 2));
  expect([...(solution ?? [])].map((value) => Math.round(11 * value))).toEqual([1, 7]);
  expect(solve(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 2))).toBeNull();
});

test('a mean around a pixel counts only what is seen', () => {
  const level = {
    width: 3,
    height: 1,
    unit: 3,
    values: Float32Array.of(10, 99, 20),
    weights: Float32Array.of(1, 0, 1),
  };
  expect([...boxMean(level, 1)]).toEqual([10, 15, 20]);
});

test('a dark hair no longer counts, and a dark lesion still does', () => {
  const side = 200;
  const pixels = new Uint8Array(3 * side * side).fill(180);
  const paint = (x: number, y: number) =>
    pixels.fill(60, 3 * (y * side + x), 3 * (y * side + x) + 3);
  for (let at = 20; at < 180; at++) for (const w of [0, 1]) paint(at, 30 + w);
  for (let y = 90; y < 150; y++) for (let x = 70; x < 130; x++) paint(x, y);
  const { weights, width } = withoutHairs(levelOf({ widthPx: side, heightPx: side, pixels }, side));
  expect(weights[30 * width + 100]).toBe(0);
  expect(weights[120 * width + 100]).toBe(1);
  expect(weights[60 * width + 100]).toBe(1);
});

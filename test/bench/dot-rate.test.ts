import { expect, it } from 'vitest';
import { DotLoop } from '../../src/cli/bench/dot-rate.ts';

it('the loop of dot products compiles and takes time', () => {
  expect(DotLoop.compile()?.macsPerSecond()).toBeGreaterThan(0);
});

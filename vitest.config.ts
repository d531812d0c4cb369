import { defineConfig } from 'vitest/config';

const tests = 'test/**/*.test.{ts,tsx}';
const desktopTests = 'test/desktop/**/*.test.ts';

export default defineConfig({
  test: {
    // A machine that is busy, or slow, is no fault of the product: limits end what hangs, no more.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'product',
          include: [tests],
          exclude: [desktopTests],
          globalSetup: ['test/setup.ts'],
        },
      },
      {
        // One window at a time, with the machine to itself.
        extends: true,
        test: {
          name: 'desktop',
          include: [desktopTests],
          globalSetup: ['test/desktop/setup.ts'],
          maxWorkers: 1,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['native-bridge/**/*.ts'],
      reporter: ['text'],
      thresholds: { lines: 95, branches: 95 },
    },
  },
});

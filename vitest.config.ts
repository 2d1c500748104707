import { defineConfig } from 'vitest/config';

/** Tests that change this kernel's BPF objects or time a terminal: one file after the other, and none beside them. */
const ALONE = ['test/live/**/*.test.{ts,tsx}', 'test/binary/**/*.test.{ts,tsx}'];

const shared = {
  // Deno has no working `threads` pool for vitest 5; `forks` runs every file in a Deno of its own.
  pool: 'forks',
  testTimeout: 20_000,
  env: { NODE_ENV: 'production' },
} as const;

export default defineConfig({
  // React is its production build here (NODE_ENV below), which has no jsxDEV.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'apart',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ALONE,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...shared, name: 'alone', include: ALONE, fileParallelism: false, sequence: { groupOrder: 1 } } },
    ],
  },
});

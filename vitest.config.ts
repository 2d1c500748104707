import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Deno has no working `threads` pool for vitest 5; `forks` runs every file in a Deno of its own.
    pool: 'forks',
    testTimeout: 20_000,
    env: { NODE_ENV: 'production' },
  },
});

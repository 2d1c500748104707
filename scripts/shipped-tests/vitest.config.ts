import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Tests of modules with the runtime that the binary has inside (decision 018). vitest 5 does not run there, so this is
 * vitest 3, which is not the one that the tests find in the folders above them: their imports are led to it.
 */
export default defineConfig({
  root,
  resolve: {
    alias: [
      { find: /^vitest$/, replacement: fileURLToPath(new URL('node_modules/vitest/dist/index.js', import.meta.url)) },
    ],
  },
  esbuild: { jsx: 'automatic', jsxDev: false },
  test: {
    pool: 'forks',
    testTimeout: 60_000,
    env: { NODE_ENV: 'production' },
    include: ['test/**/*.test.{ts,tsx}'],
  },
});

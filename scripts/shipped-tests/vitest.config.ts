import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Tests that need what this runtime lacks; `test/binary` tries the same with the binary. */
const NOT_HERE = [
  // node-pty wants a tty.ReadStream of any descriptor, which Deno 2.4 has for 0 only.
  'test/terminal/pty.test.ts',
  // Signals that a test emits by itself reach no listener.
  'test/terminal/resize.test.ts',
  // Threads are started from TypeScript, which needs Deno's loader.
  'test/engine/own-checks.test.ts',
];

/**
 * Tests of what touches the system, with the runtime that the binary has inside (decision 018). vitest 5 does not run
 * there, so this is vitest 3, which is not the one that the tests find in the folders above them: the alias leads their
 * imports to it.
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
    include: ['test/{config,engine,sources,store,system,terminal,text}/**/*.test.{ts,tsx}'],
    exclude: NOT_HERE,
  },
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

/** What a CommonJS package in the bundle (sql.js) expects to find around it. */
const BANNER = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __filename.slice(0, __filename.lastIndexOf('/'));`;

/** What threads are started from, beside the main module. */
const THREAD = 'thread/thread.mjs';

/**
 * Bundles the program into `directory` and returns its modules: the command line with everything it needs, the demo
 * capture included, as one, because each module more takes half a millisecond to load; and what threads are started from
 * in parts, of which each thread loads its own.
 */
export async function bundle(directory: string): Promise<{ readonly main: string; readonly threads: string }> {
  const main = join(directory, 'main.mjs');
  const threads = join(directory, 'thread');
  await build({ ...OPTIONS, entryPoints: ['src/main.ts'], outfile: main });
  await build({ ...OPTIONS, entryPoints: ['src/thread.ts'], outdir: threads, splitting: true });
  return { main, threads };
}

const OPTIONS: BuildOptions = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  jsx: 'automatic',
  // Names stay as they are, for the stack of a bug: `keepNames` would give each closure its name whenever it is made.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'eof',
  logLevel: 'warning',
  banner: { js: BANNER },
  define: {
    'process.env.NODE_ENV': '"production"',
    BUNDLED_THREAD: JSON.stringify(`./${THREAD}`),
    BUNDLED_DEMO_CAPTURE: JSON.stringify(readFileSync('demo/demo.capture.gz').toString('base64')),
  },
  plugins: [
    {
      // Ink loads it only in development, but an import that is not there stops the program at its start.
      name: 'no-devtools',
      setup(setup) {
        setup.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'none', namespace: 'empty' }));
        setup.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {};' }));
      },
    },
  ],
};

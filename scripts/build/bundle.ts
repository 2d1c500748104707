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
const THREAD = 'thread.mjs';

export interface Bundle {
  /** The module of the command line. */
  readonly main: string;
  /** The module of its threads. */
  readonly thread: string;
  /** Every file that something in it comes from. */
  readonly inputs: readonly string[];
}

/**
 * Bundles the program into `directory`. The command line and the threads are in parts, which a command or a thread loads
 * when it needs them: to parse code that it does not run, with no cache of it, takes a third of the time that a report
 * of a small file takes.
 */
export async function bundle(directory: string): Promise<Bundle> {
  const entryPoints = ['src/main.ts', 'src/thread.ts'];
  const { metafile } = await build({ ...OPTIONS, entryPoints, outdir: directory, splitting: true, metafile: true });
  const main = join(directory, 'main.mjs');
  return { main, thread: join(directory, THREAD), inputs: Object.keys(metafile.inputs).sort() };
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

import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

/** What a CommonJS package in the bundle (sql.js) expects to find around it. */
const BANNER = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __filename.slice(0, __filename.lastIndexOf('/'));`;

/** Bundles `entry` and everything it needs, the demo capture included, into one ES module at `outfile`. */
export async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
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
  });
}

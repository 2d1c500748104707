/**
 * Builds dist/bpfwitness, one linux-x64 file: esbuild makes a few modules of everything, `deno compile` wraps them.
 * Prints the file's size and SHA-256. `npm run build`; see docs/ARCHITECTURE.md.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { bundle } from './build/bundle.ts';
import { findCompiler } from './build/compiler.ts';

const BUNDLE = 'dist/bundle';
const BINARY = 'dist/bpfwitness';

/** MiB of young objects: with more, as V8 would take, a report needs half as much memory again and is no faster. */
const V8_FLAGS = '--max-semi-space-size=8';

mkdirSync('dist', { recursive: true });
rmSync(BUNDLE, { recursive: true, force: true });
const { main, thread } = await bundle(BUNDLE);
const { deno, env, says } = findCompiler();
console.log(says);
rmSync(BINARY, { force: true });
execFileSync(
  deno,
  [
    'compile',
    '--quiet',
    '--no-check',
    '--no-config',
    '--no-lock',
    '--node-modules-dir=none',
    // A compiled program keeps a cache of V8 code in the shared temporary folder, under a name that anybody can guess,
    // and runs what it finds there: any user could have root execute code of his own (cli/rt/code_cache.rs in Deno).
    '--no-code-cache',
    '--allow-all',
    `--v8-flags=${V8_FLAGS}`,
    '--output',
    BINARY,
    '--include',
    thread,
    main,
  ],
  { env: { ...process.env, ...env }, stdio: 'inherit' },
);
const bytes = readFileSync(BINARY);
const size = (statSync(BINARY).size / 2 ** 20).toFixed(1);
console.log(`${BINARY}  ${size} MiB  sha256 ${createHash('sha256').update(bytes).digest('hex')}`);

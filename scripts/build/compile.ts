import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bundle } from './bundle.ts';
import type { Compiler } from './compiler.ts';

/**
 * MiB of young objects: with more, as V8 would take, a report needs half as much memory again and is no faster. By a
 * collection on demand src/engine/memory-limit.ts tells a full heap from garbage.
 */
const V8_FLAGS = '--max-semi-space-size=2,--expose-gc';

/** Compiles a bundle into one executable file. Only its bytes count: not where or when it was made. */
export function compile({ deno, env }: Compiler, { main, thread }: Bundle, output: string): void {
  forgetTimes(dirname(main));
  const options = [
    '--quiet',
    '--no-check',
    '--no-config',
    '--no-lock',
    '--node-modules-dir=none',
    // A compiled program keeps a cache of V8 code in the shared temporary folder, under a name that anybody can guess,
    // and runs what it finds there: any user could have root execute code of his own (cli/rt/code_cache.rs in Deno).
    '--no-code-cache',
    '--allow-all',
    // A permission that was given up is refused: the runtime must not ask for it on the terminal.
    '--no-prompt',
    `--v8-flags=${V8_FLAGS}`,
  ];
  execFileSync(deno, ['compile', ...options, '--output', output, '--include', thread, main], {
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
}

/** The executable has the times of its files in it, so all get the same one. */
function forgetTimes(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (statSync(path).isFile()) utimesSync(path, 0, 0);
  }
}

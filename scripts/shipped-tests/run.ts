/**
 * Runs tests of modules with the Deno that the binary has inside: `deno run -A scripts/shipped-tests/run.ts [FILTER ...]`,
 * after `npm run build`. Ends as vitest does.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { findCompiler } from '../build/compiler.ts';

const { deno } = findCompiler();
const folder = new URL('.', import.meta.url).pathname;
execFileSync('npm', ['ci', '--silent', '--ignore-scripts', '--no-audit', '--no-fund'], {
  cwd: folder,
  stdio: 'inherit',
});
const vitest = ['run', '-A', 'node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)];
process.exit(spawnSync(deno, vitest, { cwd: folder, stdio: 'inherit' }).status ?? 1);

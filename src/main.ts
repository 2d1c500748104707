import process from 'node:process';
import { dropRights } from './cli/rights.ts';

/** Where the bundler put what threads are started from (scripts/build/bundle.ts); not there when run from source. */
declare const BUNDLED_THREAD: string | undefined;

const args = process.argv.slice(2);
// Before anything else is loaded: the binary may start anew for it.
dropRights(args);
const { runCli } = await import('./cli/program.ts');
const thread = new URL(typeof BUNDLED_THREAD === 'string' ? BUNDLED_THREAD : './thread.ts', import.meta.url);
process.exitCode = await runCli(args, thread);
// A source that was told to stop may still hold a timer or a pipe; everything is written by now.
process.exit();

import process from 'node:process';
import { runCli } from './cli/program.ts';

/** Where the bundler put what threads are started from (scripts/build/bundle.ts); not there when run from source. */
declare const BUNDLED_THREAD: string | undefined;

const thread = new URL(typeof BUNDLED_THREAD === 'string' ? BUNDLED_THREAD : './thread.ts', import.meta.url);
process.exitCode = await runCli(process.argv.slice(2), thread);
// A source that was told to stop may still hold a timer or a pipe; everything is written by now.
process.exit();

import { Command, CommanderError } from 'commander';
import { AlertLogError } from '../alerts/handlers/log.ts';
import { SourceError } from '../model/observation.ts';
import { CaptureWriteError } from '../sources/capture/writer.ts';
import { StoreError } from '../store/error.ts';
import { reportFileSizeLimit } from '../system/libc.ts';
import { errorCode } from '../text/system-error.ts';
import { CliError, EXIT, type ExitCode } from './exit-code.ts';
import { refuseRepeats, refuseWithoutLive } from './given-options.ts';
import { complain, openOutput, writeError } from './output.ts';
import { protectInputs } from './protect-inputs.ts';
import type { AddCommand } from './shell.ts';
import { startArguments } from './start.ts';
import { VERSION } from './version.ts';

/** The commands, in the order of the help. Only the one that is named is loaded, or all where none is. */
const COMMANDS: { readonly [name: string]: () => Promise<AddCommand> } = {
  watch: async () => (await import('./watch.ts')).addWatchCommand,
  replay: async () => (await import('./replay.ts')).addReplayCommand,
  demo: async () => (await import('./demo.ts')).addDemoCommand,
  capture: async () => (await import('./capture.ts')).addCaptureCommand,
  inspect: async () => (await import('./inspect.ts')).addInspectCommand,
  inventory: async () => (await import('./inventory.ts')).addInventoryCommand,
  diff: async () => (await import('./diff.ts')).addDiffCommand,
  check: async () => (await import('./check.ts')).addCheckCommand,
  report: async () => (await import('./report.ts')).addReportCommand,
  checks: async () => (await import('./checks.ts')).addChecksCommand,
  query: async () => (await import('./query.ts')).addQueryCommand,
  sql: async () => (await import('./sql.ts')).addSqlCommand,
  lives: async () => (await import('./lives.ts')).addLivesCommand,
  verify: async () => (await import('./verify.ts')).addVerifyCommand,
  doctor: async () => (await import('./doctor.ts')).addDoctorCommand,
};

const HELP = `
Examples:
  bpfwitness                                     watch this host (root, bpftool)
  bpfwitness demo                                see it at work without either
  bpfwitness replay /var/log/audit               look through audit logs
  bpfwitness inspect EVIDENCE                    what is in a folder from another host
  bpfwitness capture -o host.capture.gz --for 5m record now, replay elsewhere
  bpfwitness inventory --live                    what is attached where, and who holds it
  bpfwitness diff before.capture.gz --live       what has changed since
  bpfwitness check --live --fail-on warning      verdict as an exit code
  bpfwitness report host.capture.gz --json       everything as JSON
  bpfwitness query --state DIR --type program-load --since 1h
  bpfwitness sql 'SELECT * FROM map' --live      ask the tables that checks are written against
  bpfwitness checks new my-check -o my-check.sql a check of your own to begin with
  bpfwitness lives /var/log/audit                who loaded what, and for how long
  bpfwitness query --follow /var/log/audit/audit.log
  bpfwitness verify host.capture.gz --head HASH  whether it is as it was recorded

Exit codes: 0 fine, 1 findings at or above --fail-on (diff: something differs), 2 usage,
3 input could not be read (wholly or in part), 4 a needed tool or right is missing.`;

/** Runs the command line; `entry` is the file that threads are started from. Never throws: the exit code tells. */
export async function runCli(args: readonly string[], entry: URL): Promise<ExitCode> {
  reportFileSizeLimit();
  try {
    const wanted = args.length === 0 ? await startArguments() : args;
    return typeof wanted === 'number' ? wanted : await runProgram(wanted, entry);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    // A reader that went away (`capture -o - | head`) ends this quietly as it does for other tools.
    if (error instanceof CaptureWriteError && error.code === 'EPIPE') return EXIT.brokenPipe;
    complain(error instanceof Error ? error.message : String(error));
    return exitCodeOf(error);
  }
}

async function runProgram(args: readonly string[], entry: URL): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.fine;
  const done = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = new Command('bpfwitness')
    .description('Audits the BPF programs and maps of a Linux host, live or from what was captured.')
    .version(VERSION, '-V, --version')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => openOutput(null).write(text),
      writeErr: writeError,
      outputError: (text, write) => write(inOurWords(text)),
    });
  const [name = ''] = args;
  const wanted = Object.hasOwn(COMMANDS, name) ? [name] : Object.keys(COMMANDS);
  for (const each of wanted) (await COMMANDS[each]?.())?.(program, { entry, done });
  refuseRepeats(program);
  program.hook('preAction', (_program, command) => {
    refuseWithoutLive(command);
    protectInputs(command);
  });
  await program.parseAsync([...args], { from: 'user' });
  return exitCode;
}

/** A complaint of commander's as {@link complain} would say it: ours begin with a small letter after a colon. */
function inOurWords(text: string): string {
  return text.replace(/^error: /, 'bpfwitness: ').replace(' is invalid. ', ' is invalid: ');
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof SourceError) return error.kind === 'tool' ? EXIT.missing : EXIT.input;
  if (error instanceof StoreError || error instanceof CaptureWriteError || error instanceof AlertLogError) {
    return EXIT.input;
  }
  // A system call that failed is about the host, and its message says what.
  if (/^E[A-Z0-9]+$/.test(errorCode(error) ?? '')) return EXIT.input;
  // Not foreseen: a bug of ours. The stack is what a report of it needs.
  if (error instanceof Error && error.stack !== undefined) writeError(`${error.stack}\n`);
  return EXIT.input;
}

import { closeSync, fstatSync, ftruncateSync, type Stats, writeSync } from 'node:fs';
import { Option } from 'commander';
import { isStandardOutput, openOutputFile, ownDescriptor } from '../system/output-file.ts';
import { beginReplacement, type PinnedPath, pinFolder, type Replacement } from '../system/replacement.ts';
import { isUtf8Path } from '../text/path-bytes.ts';
import { printable } from '../text/sanitise.ts';
import { errorCode, reasonOf } from '../text/system-error.ts';
import { blocking } from './blocking.ts';
import { CliError, EXIT } from './exit-code.ts';

/** Where text goes: a file, or standard output for null, `-` and its other names. */
export interface Output {
  write(text: string): void;
  close(): void;
}

/**
 * Opens what `-o` names; a file that holds something only with `force`. Writing is synchronous, so that nothing is lost
 * when the process exits, and a reader that went away (`| head`) ends the process quietly as it does for other tools.
 * What is in the file stays until there is something to write in its place: there may never be, when the input cannot be
 * read.
 */
export function openOutput(path: string | null, force = false): Output {
  if (path === null || isStandardOutput(path)) {
    return { write: (text) => writeAll(1, text, 'standard output'), close: () => {} };
  }
  const { fd, about, pinned } = orRefuse(path, () => opened(path, force));
  const isOurs = about.isFile() && pinned !== null;
  // The runtime cannot make a file whose name is not UTF-8: one that is there is written over.
  if (isOurs && about.size > 0 && isUtf8Path(pinned.path)) {
    closeSync(fd);
    return replacing(path, pinned);
  }
  pinned?.release();
  let isEmptied = false;
  const write = (text: string): void => {
    if (!isEmptied && isOurs) ftruncateSync(fd);
    isEmptied = true;
    writeAll(fd, text, path);
  };
  return { write, close: () => closeSync(fd) };
}

interface Opened {
  readonly fd: number;
  readonly about: Stats;
  /** The path; null for a descriptor of ours, which was opened by whoever started us. */
  readonly pinned: PinnedPath | null;
}

/** Opens the file, and keeps its folder: another user may put another folder in its place before the file is replaced. */
function opened(path: string, force: boolean): Opened {
  const pinned = ownDescriptor(path) === null ? pinFolder(path) : null;
  try {
    const fd = openOutputFile(pinned?.path ?? path, { mayHoldData: force });
    return { fd, about: fstatSync(fd), pinned };
  } catch (error) {
    pinned?.release();
    throw error;
  }
}

function orRefuse<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new CliError(EXIT.input, `cannot write ${printable(path)}: ${reasonOf(error)}`);
  }
}

/** Replaces a file by what is written, when it is closed. Nothing is made before there is something to write. */
function replacing(path: string, pinned: PinnedPath): Output {
  let replacement: Replacement | null = null;
  return {
    write: (text) =>
      orRefuse(path, () => {
        replacement ??= beginReplacement(pinned.path);
        try {
          put(replacement.fd, text);
        } catch (error) {
          replacement.discard();
          throw error;
        }
      }),
    close: () => {
      orRefuse(path, () => replacement?.commit());
      pinned.release();
    },
  };
}

/** `--force`, the same for every command that writes a file. */
export function forceOption(): Option {
  return new Option('--force', 'replace the file that -o names if it holds something; never one that is read');
}

/** Cells of a line of text on standard output: those of the terminal, or 80 where it is none. */
export function textWidth(): number {
  return process.stdout.columns ?? 80;
}

/** A sentence for the person, on stderr. */
export function complain(message: string): void {
  writeError(`bpfwitness: ${printable(message)}\n`);
}

/** Lines for stderr: what is in them is made safe to show, their ends stay. */
export function writeError(text: string): void {
  try {
    put(2, text.split('\n').map(printable).join('\n'));
  } catch {
    // Nobody listens, and there is nobody to tell.
  }
}

/** A line that will be written over, on stderr, as it is: only for text of our own. */
export function writeStatus(text: string): void {
  try {
    put(2, text);
  } catch {
    // Nobody looks.
  }
}

function writeAll(fd: number, text: string, name: string): void {
  try {
    put(fd, text);
  } catch (error) {
    // As a program that SIGPIPE ends: a verdict that nobody has read is not one of a clean host.
    if (errorCode(error) === 'EPIPE') process.exit(EXIT.brokenPipe);
    throw new CliError(EXIT.input, `cannot write ${printable(name)}: ${reasonOf(error)}`);
  }
}

/** How long to sleep where a pipe is full that is not to be waited for in the kernel (O_NONBLOCK), and on what. */
const RETRY_MS = 2;
const SLEEP = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Writes all of it, waiting for a slow reader. */
function put(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let offset = 0; offset < bytes.length; ) {
    try {
      // A pipe that is full is waited for in the kernel, where no handler of ours is called.
      offset += blocking(() => writeSync(fd, bytes, offset));
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(SLEEP, 0, 0, RETRY_MS);
    }
  }
}

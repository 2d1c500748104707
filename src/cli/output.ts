import { closeSync, openSync, writeSync } from 'node:fs';
import { printable } from '../text/sanitise.ts';
import { CliError, EXIT } from './exit-code.ts';

/** Where text goes: a file, or standard output for null and `-`. */
export interface Output {
  write(text: string): void;
  close(): void;
}

/**
 * Opens what `-o` names. Writing is synchronous, so that nothing is lost when the process exits, and a reader that
 * went away (`| head`) ends the process quietly as it does for other tools.
 */
export function openOutput(path: string | null): Output {
  if (path === null || path === '-') return { write: (text) => writeAll(1, text, 'standard output'), close: () => {} };
  let fd: number;
  try {
    fd = openSync(path, 'w', 0o600);
  } catch (error) {
    throw new CliError(EXIT.input, `cannot write ${printable(path)}: ${reasonOf(error)}`);
  }
  return { write: (text) => writeAll(fd, text, path), close: () => closeSync(fd) };
}

/** A sentence for the person, on stderr. */
export function complain(message: string): void {
  process.stderr.write(`bpfwitness: ${printable(message)}\n`);
}

/** What the file system said, without its stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function writeAll(fd: number, text: string, name: string): void {
  const bytes = Buffer.from(text, 'utf8');
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(fd, bytes, offset);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code === 'EAGAIN') continue;
      if (code === 'EPIPE') process.exit(EXIT.fine);
      throw new CliError(EXIT.input, `cannot write ${printable(name)}: ${reasonOf(error)}`);
    }
  }
}

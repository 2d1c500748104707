import { spawn } from 'node:child_process';
import { whyNotTrusted } from '../system/trust.ts';
import { findExecutables } from './find-executable.ts';
import { TOOL_ENVIRONMENT } from './run-tool.ts';

/** What a program printed, each byte as one character (latin1). */
export interface Printed {
  readonly out: string;
  readonly errors: string;
}

/**
 * What a program of this name prints that reads a file of a file system that may not answer. A thread that waits for the
 * server of a FUSE may not be ended by anything (request_wait_answer() in fs/fuse/dev.c), and a process does not end
 * before its threads: so it must be one of another process, which does not keep this one from ending. It is killed after
 * so many milliseconds. Settles only when it has ended, which may be never: BoundedReads then starts no second one.
 */
export function runDetached(
  name: string,
  args: readonly string[],
  limitMs: number,
  input: Uint8Array = new Uint8Array(),
): Promise<Printed> {
  const path = findExecutables(name)[0];
  if (path === undefined) return Promise.reject(new Error(`${name} was not found`));
  const fault = whyNotTrusted(path);
  if (fault !== null)
    return Promise.reject(new Error(`${name} is not run, since another user can replace it: ${fault}`));
  return new Promise((resolve, reject) => {
    const child = spawn(path, [...args], { stdio: ['pipe', 'pipe', 'pipe'], env: TOOL_ENVIRONMENT });
    // Unlike setTimeout of Deno 2.4, it does not keep the command from ending.
    AbortSignal.timeout(limitMs).addEventListener('abort', () => child.kill('SIGKILL'));
    child.unref();
    const printed = { out: '', errors: '' };
    child.stdout?.on('data', (piece: Buffer) => {
      printed.out += piece.toString('latin1');
    });
    child.stderr?.on('data', (piece: Buffer) => {
      printed.errors += piece.toString('latin1');
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    child.on('error', reject);
    child.on('close', () => resolve(printed));
  });
}

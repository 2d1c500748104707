import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { whyNotTrusted } from '../system/trust.ts';

/** What a tool did. */
export interface ToolResult {
  readonly stdout: Buffer;
  /** Invalid UTF-8 replaced by U+FFFD. */
  readonly stderr: string;
  /** Exit status; null when it was killed or could not be started. */
  readonly code: number | null;
  /** Why there is no exit status, or null: `timed out after 10 s`, `killed by SIGSEGV`, `spawn ENOENT`. */
  readonly failure: string | null;
  readonly pid: number | null;
}

export interface ToolOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Output kept of one run: a full dump of a very large host is some 100 MB. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Time, ms, that a program has to end after it was killed. */
const GRACE_MS = 500;

/**
 * All that a tool gets of an environment: ours may hold LD_PRELOAD or the PATH of another user. With LC_ALL=C the texts
 * of strerror(3) in its answers are the same everywhere.
 */
export const TOOL_ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/**
 * Runs a program by its path, without a shell, and waits for it. It is killed when it takes too long (10 s), prints too
 * much, or `signal` aborts. A program that another user can replace is not run: we may be root. One that even SIGKILL
 * does not end is left behind: it waits for a file system or a device (request_wait_answer() in fs/fuse/dev.c, for one).
 * Never rejects: a program that cannot be started is a `failure`.
 */
export function runTool(path: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const fault = whyNotTrusted(path);
  if (fault !== null) {
    const failure = `not run: ${fault}`;
    return Promise.resolve({ stdout: Buffer.alloc(0), stderr: '', code: null, failure, pid: null });
  }
  return new Promise((resolve) => {
    const child = spawn(path, [...args], { stdio: ['pipe', 'pipe', 'pipe'], env: TOOL_ENVIRONMENT });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let size = 0;
    let killed: string | null = null;
    let grace: ReturnType<typeof setTimeout> | undefined;
    const kill = (reason: string) => {
      killed ??= reason;
      child.kill('SIGKILL');
      grace ??= setTimeout(() => {
        child.unref();
        for (const pipe of [pipes.stdin, pipes.stdout, pipes.stderr]) pipe?.destroy();
        finish(null, null);
      }, GRACE_MS);
    };
    const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) kill('printed too much');
      else chunks.push(chunk);
    };
    const timer = setTimeout(() => kill(`timed out after ${timeoutMs / 1000} s`), timeoutMs);
    const onAbort = () => kill('stopped');
    const finish = (code: number | null, failure: string | null) => {
      clearTimeout(timer);
      clearTimeout(grace);
      options.signal?.removeEventListener('abort', onAbort);
      resolve({
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString('utf8'),
        code,
        failure: killed ?? failure,
        pid: child.pid ?? null,
      });
    };
    // Deno 2.4 gives no pipes at all to a program that could not be started.
    const pipes: Partial<Pick<typeof child, 'stdin' | 'stdout' | 'stderr'>> = child;
    pipes.stdout?.on('data', collect(stdout));
    pipes.stderr?.on('data', collect(stderr));
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code, given) => {
      const signal = given ?? signalOf(code);
      finish(signal === null ? code : null, signal === null ? null : `killed by ${signal}`);
    });
    // A tool that ends before it has read its input is told by its status, not by EPIPE.
    pipes.stdin?.on('error', () => undefined);
    pipes.stdin?.end(options.input ?? '');
    if (options.signal?.aborted) onAbort();
    else options.signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The signal that ended a program, of its exit status: Deno 2.4 gives 128 and its number, as a shell does. */
function signalOf(code: number | null): string | null {
  const found = Object.entries(constants.signals).find(([, number]) => code === 128 + number);
  return found?.[0] ?? null;
}

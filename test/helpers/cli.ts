import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The command line that runs bpfwitness: from source, as `npm run -s bpfwitness -- ARGS` does, or the binary that
 * `BPFWITNESS_BINARY` names. `npm run test:shipped` names the built one, whose runtime is another one than that of the
 * tests and treats files, processes and signals in its own way.
 */
export function commandLine(args: readonly string[]): readonly [command: string, args: string[]] {
  const binary = process.env.BPFWITNESS_BINARY;
  if (binary !== undefined && binary !== '') return [resolve(binary), [...args]];
  return [process.execPath, ['run', '-A', '--no-prompt', 'src/main.ts', ...args]];
}

/** Runs bpfwitness with no terminal. */
export function bpfwitness(
  args: readonly string[],
  options: { readonly stdin?: string; readonly env?: Record<string, string> } = {},
): Promise<CliResult> {
  const child = spawn(...commandLine(args), {
    env: { ...process.env, NODE_ENV: 'production', ...options.env },
  });
  child.stdin.on('error', () => {
    // It may have ended before it read all.
  });
  child.stdin.end(options.stdin ?? '');
  return collect(child);
}

async function collect(child: ReturnType<typeof spawn>): Promise<CliResult> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}

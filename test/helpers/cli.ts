import { spawn } from 'node:child_process';

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs bpfwitness from source, as `npm run -s bpfwitness -- ARGS` does, with no terminal. */
export function bpfwitness(
  args: readonly string[],
  options: { readonly stdin?: string; readonly env?: Record<string, string> } = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, ['run', '-A', '--no-prompt', 'src/main.ts', ...args], {
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

/**
 * What a responder waits for: an audit.log, from file to answered report, as whole processes in one run, beside the
 * tools that are there. `deno run -A scripts/bench/responder.ts [LINES] [PROGRAM...]`; PROGRAM is the binary, or by
 * default the source run by this runtime. `aureport --summary` takes two minutes for a million lines.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { writeAuditLog } from './generate.ts';

const lines = Number(process.argv[2] ?? 1_000_000);
const given = process.argv.slice(3);
const program = given.length > 0 ? given : [process.execPath, 'run', '-A', '--no-prompt', 'src/main.ts'];
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const log = join(folder, 'audit.log');
  writeAuditLog(log, lines);
  console.log(`audit.log: ${lines} lines, ${(statSync(log).size / 1e6).toFixed(0)} MB`);
  const scan = Math.min(lineScan(log), lineScan(log), lineScan(log));
  console.log(`reading it and finding its line ends in this runtime: ${scan.toFixed(2)} s`);
  const report = await median('report --json', [...program, 'report', log, '--json'], [0, 1]);
  const inspect = await median('inspect --json', [...program, 'inspect', log, '--json'], [0]);
  for (const [name, ours] of [
    ['report', report],
    ['inspect', inspect],
  ] as const) {
    console.log(
      `${name}: ${(ours.seconds / scan).toFixed(1)} x the line scan, ${Math.round(lines / ours.seconds)} lines/s`,
    );
  }
  const four = join(folder, 'audit-double.log');
  writeAuditLog(four, lines * 2);
  const twice = await median('report --json of twice as many lines', [...program, 'report', four, '--json'], [0, 1]);
  console.log(`twice the file: ${(twice.seconds / report.seconds).toFixed(2)} x the time`);
  rmSync(four);
  for (const command of [
    ['wc', '-l', log],
    ['ausearch', '-m', 'BPF', '--raw', '-if', log],
    ['aureport', '--summary', '-if', log],
  ]) {
    const theirs = await timed(command.slice(0, -1).join(' '), command, [0]);
    console.log(`${command[0]}: its time is ${(theirs.seconds / report.seconds).toFixed(2)} x that of report`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

interface Run {
  readonly seconds: number;
  readonly peakMb: number;
}

/** The median of three runs. */
async function median(name: string, command: readonly string[], good: readonly number[]): Promise<Run> {
  const runs = [];
  for (let round = 0; round < 3; round += 1) runs.push(await timed(name, command, good));
  runs.sort((a, b) => a.seconds - b.seconds);
  const [fastest, middle = fastest] = runs;
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

/** Runs a command to its end; its peak memory is what the kernel last said (VmHWM, proc_pid_status(5)). */
async function timed(name: string, command: readonly string[], good: readonly number[]): Promise<Run> {
  const [file = '', ...args] = command;
  const start = performance.now();
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let peakMb = 0;
  const look = setInterval(() => {
    try {
      peakMb = Math.max(
        peakMb,
        Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1000,
      );
    } catch {
      // It has just ended.
    }
  }, 50);
  const code = await new Promise<number | null>((resolve, reject) => child.on('exit', resolve).on('error', reject));
  clearInterval(look);
  const seconds = (performance.now() - start) / 1000;
  if (code === null || !good.includes(code)) throw new Error(`${name} ended with ${code}`);
  console.log(`${name}: ${seconds.toFixed(2)} s, peak ${peakMb.toFixed(0)} MB`);
  return { seconds, peakMb };
}

function lineScan(path: string): number {
  const start = performance.now();
  const fd = openSync(path, 'r');
  const buffer = new Uint8Array(1024 * 1024);
  let found = 0;
  for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer)) {
    const bytes = buffer.subarray(0, size);
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) found += 1;
  }
  closeSync(fd);
  if (found !== lines) throw new Error(`${path} has ${found} lines`);
  return (performance.now() - start) / 1000;
}

/**
 * Memory of the built binary at live use, against its bounds: `check --live`, and `watch` on a pseudo-terminal of
 * 120×36 while three programs a second are loaded and gone again. `deno run -A scripts/bench/live-memory.ts [MINUTES]`
 * (15 unless given), as root with bpftool, after `npm run build`. Exits with 1 where a bound is broken.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startScript, whyNotLive } from '../../test/helpers/bpf.ts';
import { Pty } from '../../test/helpers/pty.ts';

const BINARY = 'dist/bpfwitness';
const CHECK_MIB = 150;
const WATCH_MIB = 200;
const LOADS_A_SECOND = 3;
/** How long each program stays. */
const LIFE_MS = 500;

const minutes = Number(process.argv[2] ?? 15);
const skipped = whyNotLive();
if (skipped !== null) console.log(`live-memory: skipped, ${skipped}`);
else {
  tell('check --live, at most', await check(), CHECK_MIB);
  await watch();
}

async function check(): Promise<number> {
  const child = spawn(BINARY, ['check', '--live'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  let peak = 0;
  while (child.exitCode === null) {
    peak = Math.max(peak, memory(child.pid ?? 0, 'VmHWM'));
    await sleep(5);
  }
  await ended;
  return peak;
}

async function watch(): Promise<void> {
  const pty = new Pty(BINARY, ['watch'], { columns: 120, rows: 36 });
  const lives: Promise<void>[] = [];
  try {
    await pty.untilText('1 Checks');
    const loads = Math.ceil(minutes * 60 * LOADS_A_SECOND);
    const start = performance.now();
    for (let load = 0; load < loads; load += 1) {
      if (load % (60 * LOADS_A_SECOND) === 0)
        console.log(`watch, minute ${load / 60 / LOADS_A_SECOND}: ${resident(pty)}`);
      lives.push(live());
      await sleep(start + ((load + 1) * 1000) / LOADS_A_SECOND - performance.now());
    }
    tell(`watch after ${minutes} minutes, at most`, memory(pty.pid, 'VmHWM'), WATCH_MIB);
  } finally {
    pty.dispose();
    await Promise.all(lives);
  }
}

function resident(pty: Pty): string {
  return `${memory(pty.pid, 'VmRSS').toFixed(0)} MiB resident`;
}

async function live(): Promise<void> {
  const script = await startScript('functions.pl', ['wit_memory', '1']);
  await sleep(LIFE_MS);
  await script.end();
}

/** A figure of /proc/PID/status in MiB; 0 once the process has ended. */
function memory(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function tell(what: string, mib: number, bound: number): void {
  console.log(`${what}: ${mib.toFixed(0)} MiB of ${bound}`);
  if (mib > bound) process.exitCode = 1;
}

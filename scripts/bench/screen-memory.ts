/**
 * Memory of the built binary with many events on a screen of 120×36, against its bound: `replay` of an audit.log in which
 * every record is about BPF, loaded and then played from half of it on, and `watch` while the same is appended to the log
 * that it follows (root and bpftool only). `deno run -A scripts/bench/screen-memory.ts [EVENTS] [PROGRAM]` (500,000),
 * after `npm run build`. Exits with 1 where the bound is broken.
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyNotLive } from '../../test/helpers/bpf.ts';
import { Pty } from '../../test/helpers/pty.ts';
import { bpfEventLines } from './generate.ts';

const BOUND_MIB = 400;
/** Events that are written at once. */
const PIECE = 10_000;
/** How long the screen may stand still before the work is taken to be done. */
const STILL_MS = 3_000;

const events = Number(process.argv[2] ?? 500_000);
const binary = process.argv[3] ?? 'dist/bpfwitness';
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const log = join(folder, 'audit.log');
try {
  for (let from = 0; from < events; from += PIECE) appendFileSync(log, bpfEventLines(from, PIECE));
  await replay();
  const skipped = whyNotLive();
  if (skipped !== null) console.log(`watch: skipped, ${skipped}`);
  else await watch();
} finally {
  rmSync(folder, { recursive: true });
}

async function replay(): Promise<void> {
  const pty = new Pty(binary, ['replay', log], { columns: 120, rows: 36 });
  try {
    await pty.untilText('REPLAY');
    while (/loading/.test(header(pty))) await sleep(100);
    tell('replay, loaded', pty);
    // Pauses, and plays from the last alert: the events up to it are then held a second time.
    pty.type(' {');
    await still(pty);
    tell('replay, in its middle', pty);
  } finally {
    pty.dispose();
  }
}

async function watch(): Promise<void> {
  writeFileSync(log, '');
  const pty = new Pty(binary, ['watch', '--audit-log', log], { columns: 120, rows: 36 });
  try {
    await pty.untilText('1 Checks');
    for (let from = 0; from < events; from += PIECE) {
      appendFileSync(log, bpfEventLines(from, PIECE));
      await sleep(200);
    }
    await sleep(STILL_MS);
    tell('watch', pty);
  } finally {
    pty.dispose();
  }
}

function header(pty: Pty): string {
  return pty.lines().slice(0, 2).join(' ');
}

/** Waits until the screen does not change any more. */
async function still(pty: Pty): Promise<void> {
  for (let before = ''; before !== pty.output; await sleep(STILL_MS)) before = pty.output;
}

/** A figure of /proc/PID/status in MiB. */
function memory(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

function tell(what: string, pty: Pty): void {
  const most = memory(pty.pid, 'VmHWM');

  console.log(`${what}: ${memory(pty.pid, 'VmRSS').toFixed(0)} MiB, at most ${most.toFixed(0)} of ${BOUND_MIB}`);
  if (most > BOUND_MIB) process.exitCode = 1;
}

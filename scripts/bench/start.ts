/**
 * The built binary on a pseudo-terminal: time to the first whole frame against `--version` in the same run, and CPU and
 * memory of an idle screen. `deno run -A scripts/bench/start.ts [SECONDS]`, after `npm run build`; the live part needs
 * root and bpftool and says so when it cannot run.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pty } from '../../test/helpers/pty.ts';

const BINARY = 'dist/bpfwitness';
const RUNS = 5;
const idleSeconds = Number(process.argv[2] ?? 10);

const floor = await median(async () => execFileSync(BINARY, ['--version']));
const first = await median(() => withScreen(['demo', '--speed', 'max'], (pty) => pty.untilText('1 Checks')));
console.log(`first frame: ${first.toFixed(0)} ms, ${(first / floor).toFixed(1)} x --version (${floor.toFixed(0)} ms)`);

await idle('demo at its end', ['demo', '--speed', 'max']);
if (process.getuid?.() === 0) await idle('live, 2 s interval', ['watch']);
else console.log('live: skipped, not root');

async function median(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
}

async function withScreen(args: readonly string[], look: (pty: Pty) => Promise<unknown>): Promise<void> {
  const pty = new Pty(BINARY, args, { columns: 120, rows: 36 });
  try {
    await look(pty);
  } finally {
    pty.dispose();
  }
}

async function idle(name: string, args: readonly string[]): Promise<void> {
  await withScreen(args, async (pty) => {
    await pty.untilText('1 Checks');
    await sleep(2_000);
    const before = ticks(pty.pid);
    await sleep(idleSeconds * 1000);
    const after = ticks(pty.pid);
    // USER_HZ is 100 on every Linux that this runs on.
    const percent = (used: number) => ((used / 100 / idleSeconds) * 100).toFixed(1);
    const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pty.pid}/status`, 'utf8'))?.[1] ?? '0';
    console.log(
      `${name}: ${percent(after.own - before.own)} % of a core, ` +
        `${percent(after.children - before.children)} % in its bpftool, ${(Number(rss) / 1024).toFixed(0)} MiB resident`,
    );
  });
}

/** CPU ticks of a process and of the children it has waited for: proc(5), /proc/PID/stat, fields 14 to 17. */
function ticks(pid: number): { own: number; children: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number);
  return { own: (fields[11] ?? 0) + (fields[12] ?? 0), children: (fields[13] ?? 0) + (fields[14] ?? 0) };
}

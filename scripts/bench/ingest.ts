/**
 * Files into observations and into the store, as ratios to the least that this runtime needs for the same file in the
 * same run: reading it and finding its line ends. `deno run -A scripts/bench/ingest.ts [LINES] [TOOL_LINES]`
 *
 * Each measurement is a process of its own, the median of three, with its peak of resident memory. ausearch and
 * aureport, where they are installed, read files of TOOL_LINES lines (100,000), because they take minutes for a million
 * of a busy host; the ratios to them are of those files.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DEFAULT_PROFILE } from '../../src/checks/profiles.ts';
import { DEFAULT_LEARN_MS, DEFAULT_MAX_EVENTS, DEFAULT_WINDOW_MS, type EngineConfig } from '../../src/engine/config.ts';
import { auditLogSource } from '../../src/sources/audit-log/file.ts';
import { openBytes } from '../../src/sources/bytes.ts';
import { writeAuditLog, writeEvents } from './generate.ts';

interface Measured {
  readonly seconds: number;
  /** Observations, lines or events that came out. */
  readonly count: number;
  readonly peakMb: number;
}

const WORK: { readonly [name: string]: (path: string) => Promise<number> } = {
  floor: async (path) => countLines(path),
  scan: scanLog,
  store: storeAll,
};

const [first, path] = process.argv.slice(2);
const work = WORK[first ?? ''];
if (work !== undefined && path !== undefined) await measure(work, path);
else await main(Number(first ?? 300_000), Number(path ?? 100_000));

async function main(lines: number, toolLines: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const audit = join(folder, 'audit.log');
    writeAuditLog(audit, lines);
    const floor = run('floor', audit);
    const scan = run('scan', audit);
    const store = run('store', audit);
    print('audit.log', `${lines} lines, ${(statSync(audit).size / 1e6).toFixed(0)} MB`);
    print('read and find line ends', `${floor.seconds.toFixed(3)} s`);
    print('scan, lines a second', Math.round(lines / scan.seconds));
    print('scan / read and find line ends', ratio(scan, floor));
    print('scan, peak memory', `${scan.peakMb.toFixed(0)} MB`);
    print('scan and store / read and find line ends', ratio(store, floor));
    print('scan and store, peak memory', `${store.peakMb.toFixed(0)} MB`);
    writeAuditLog(audit, 4 * lines);
    const large = run('scan', audit);
    print('scan of 4 times as much / 4 scans', (large.seconds / scan.seconds / 4).toFixed(2));
    print('scan of 4 times as much, peak memory', `${large.peakMb.toFixed(0)} MB`);
    const events = join(folder, 'events.jsonl');
    writeEvents(events, lines);
    const stored = run('store', events);
    print('events into the store, events a second', Math.round(stored.count / stored.seconds));
    print('events into the store / read and find line ends', ratio(stored, run('floor', events)));
    for (const eventMs of [7, 0.5]) tools(audit, toolLines, eventMs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The tools of audit-userspace beside ours, on a log of a host with so many ms between its events. */
function tools(audit: string, lines: number, eventMs: number): void {
  writeAuditLog(audit, lines, eventMs);
  const scan = run('scan', audit).seconds;
  const store = run('store', audit).seconds;
  for (const [tool, ...args] of [
    ['ausearch', '-m', 'BPF', '--raw', '-if', audit],
    ['aureport', '--summary', '-if', audit],
  ] as const) {
    const seconds = toolTime(tool, args);
    const name = `${tool} / scan, ${tool} / scan and store, ${lines} lines, ${Math.round(1000 / eventMs)} events a second`;
    print(name, seconds === null ? 'not installed' : `${(seconds / scan).toFixed(1)}, ${(seconds / store).toFixed(1)}`);
  }
}

function print(name: string, value: string | number): void {
  console.log(`${name}: ${value}`);
}

function ratio(a: Measured, b: Measured): string {
  return (a.seconds / b.seconds).toFixed(1);
}

/** The median of three runs, each in a process of its own. */
function run(name: string, file: string): Measured {
  const runs = Array.from({ length: 3 }, (): Measured => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['run', '-A', import.meta.filename, name, file]);
    if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
    return JSON.parse(stdout.toString());
  });
  const middle = runs.sort((a, b) => a.seconds - b.seconds)[1];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

async function measure(work: (path: string) => Promise<number>, path: string): Promise<void> {
  const start = performance.now();
  const count = await work(path);
  const seconds = (performance.now() - start) / 1000;
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const measured: Measured = { seconds, count, peakMb: Number(peak) / 1024 };
  console.log(JSON.stringify(measured));
}

function countLines(path: string): number {
  const fd = openSync(path, 'r');
  const buffer = new Uint8Array(1024 * 1024);
  let lines = 0;
  for (;;) {
    const count = readSync(fd, buffer, 0, buffer.length, null);
    if (count === 0) break;
    const bytes = buffer.subarray(0, count);
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  }
  closeSync(fd);
  return lines;
}

async function scanLog(path: string): Promise<number> {
  let count = 0;
  const source = auditLogSource([await openBytes(path)]);
  for await (const batch of source.observations(new AbortController().signal)) count += batch.length;
  return count;
}

async function storeAll(path: string): Promise<number> {
  const config: EngineConfig = {
    input: { mode: 'replay', inputs: [path], speed: Number.POSITIVE_INFINITY },
    profile: DEFAULT_PROFILE,
    maxEvents: DEFAULT_MAX_EVENTS,
    stateDir: null,
    windowMs: DEFAULT_WINDOW_MS,
    learnMs: DEFAULT_LEARN_MS,
    alertLog: null,
  };
  // Loaded here, so that the other measurements have none of it in their memory.
  const { openPipeline } = await import('../../src/engine/open-pipeline.ts');
  const { openInputs } = await import('../../src/sources/open.ts');
  const pipeline = await openPipeline(config);
  const source = await openInputs([path]);
  for await (const batch of source.observations(new AbortController().signal)) pipeline.ingest(batch);
  pipeline.finish();
  const stored = pipeline.store.count();
  await pipeline.store.close();
  return stored;
}

/** Seconds that a program takes; null when it is not there. */
function toolTime(tool: string, args: readonly string[]): number | null {
  const start = performance.now();
  const { error } = spawnSync(tool, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  return error === undefined ? (performance.now() - start) / 1000 : null;
}

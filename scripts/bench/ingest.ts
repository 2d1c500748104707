/**
 * Files into the store: events a second, and the ratio to only reading the same file and splitting it into lines, in
 * the same run. `deno run -A scripts/bench/ingest.ts [LINES]`
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DEFAULT_LEARN_MS, DEFAULT_MAX_EVENTS, DEFAULT_WINDOW_MS, type EngineConfig } from '../../src/engine/config.ts';
import { openPipeline } from '../../src/engine/open-pipeline.ts';
import { openInputs } from '../../src/sources/open.ts';
import { writeAuditLog, writeEvents } from './generate.ts';

const lines = Number(process.argv[2] ?? 300_000);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const audit = join(folder, 'audit.log');
  const events = join(folder, 'events.jsonl');
  writeAuditLog(audit, lines);
  writeEvents(events, lines);
  for (const path of [audit, events]) {
    const floor = Math.min(splitTime(path), splitTime(path), splitTime(path));
    const { seconds, stored, peakMb } = await ingest(path);
    const mb = statSync(path).size / 1e6;
    console.log(
      `${path.slice(folder.length + 1).padEnd(13)} ${mb.toFixed(0)} MB ${lines} lines: ${seconds.toFixed(2)} s, ` +
        `${Math.round(lines / seconds)} lines/s, ${Math.round(stored / seconds)} events/s, ` +
        `${(seconds / floor).toFixed(1)} x read and split (${floor.toFixed(2)} s), RSS ${peakMb.toFixed(0)} MB`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

function splitTime(path: string): number {
  const start = performance.now();
  const count = readFileSync(path, 'utf8').split('\n').length - 1;
  if (count !== lines) throw new Error(`${path} has ${count} lines`);
  return (performance.now() - start) / 1000;
}

async function ingest(path: string): Promise<{ seconds: number; stored: number; peakMb: number }> {
  const config: EngineConfig = {
    input: { mode: 'replay', inputs: [path], speed: Number.POSITIVE_INFINITY },
    maxEvents: DEFAULT_MAX_EVENTS,
    stateDir: null,
    windowMs: DEFAULT_WINDOW_MS,
    learnMs: DEFAULT_LEARN_MS,
    alertLog: null,
  };
  const pipeline = await openPipeline(config);
  const source = await openInputs([path]);
  const start = performance.now();
  let peak = 0;
  for await (const batch of source.observations(new AbortController().signal)) {
    pipeline.ingest(batch);
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  pipeline.finish();
  const seconds = (performance.now() - start) / 1000;
  const stored = pipeline.store.count();
  await pipeline.store.close();
  return { seconds, stored, peakMb: peak / 1e6 };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../src/store/open.ts';
import { elapsed, type Measure, makeEvents, percentiles } from './store-events.ts';

/** Events a second that a live host may give. */
const PACE = 50_000;

/** Makes events in parts: to hold them all would measure the collector of garbage. */
const PART = 8192;

interface Run {
  readonly took: number;
  readonly pauses: readonly number[];
}

/** Appends and flushes batches of events with the journal on; `pace` in events a second, or as fast as it goes. */
async function run(count: number, batch: number, pace: number): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), 'bpfwitness-bench-'));
  const store = await openStore({ maxEvents: 0, stateDir: directory });
  const pauses: number[] = [];
  let working = 0;
  const start = performance.now();
  let events = makeEvents(PART);
  for (let done = 0; done < count; done += batch) {
    if (done % PART === 0 && done > 0) events = makeEvents(PART, done);
    const due = start + (done / pace) * 1000;
    while (performance.now() < due) await sleep(1);
    const pause = elapsed(() => {
      store.append(events.slice(done % PART, (done % PART) + batch));
      store.flush();
    });
    pauses.push(pause);
    working += pause;
  }
  const wall = performance.now() - start;
  store.close();
  rmSync(directory, { recursive: true });
  return { took: Number.isFinite(pace) ? wall : working, pauses };
}

function measures(name: string, count: number, { took, pauses }: Run): Measure[] {
  const [first = 0, ...rest] = pauses;
  return [
    { name: `${name}`, value: count / took, unit: 'k events/s' },
    ...percentiles(`${name}: pause`, rest),
    { name: `${name}: longest pause`, value: Math.max(...rest), unit: 'ms' },
    { name: `${name}: pauses over 50 ms of ${rest.length}`, value: rest.filter((each) => each > 50).length, unit: '' },
    { name: `${name}: the very first batch`, value: first, unit: 'ms' },
  ];
}

/** Live events with the journal on. */
export async function benchLive(count: number): Promise<Measure[]> {
  return [
    ...measures('live at 50,000/s, batches of 512', count, await run(count, 512, PACE)),
    ...measures('live flat out, batches of 1024', count, await run(count, 1024, Number.POSITIVE_INFINITY)),
    ...measures('live flat out, batches of 64', count >> 2, await run(count >> 2, 64, Number.POSITIVE_INFINITY)),
  ];
}

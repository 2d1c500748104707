import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { EVENT_TYPES } from '../../src/model/event.ts';
import type { EventCriteria } from '../../src/model/query.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { elapsed, generator, type Measure, makeEvents, percentiles, SOURCES } from './store-events.ts';
import { benchImport, duckDbImport, importFile, THREADS } from './store-import.ts';
import { benchLive } from './store-live.ts';

const ROUNDS = 200;

/** Writes events as `query --json` prints them. */
function writeFile(path: string, count: number): void {
  const fd = openSync(path, 'w');
  for (let first = 0; first < count; first += 50_000) {
    const events = makeEvents(Math.min(50_000, count - first), first);
    writeSync(fd, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }
  closeSync(fd);
}

function queries(store: Store): Measure[] {
  const random = generator(5);
  const range = store.timeRange() ?? { first: 0, last: 0 };
  const type = () => EVENT_TYPES[random(EVENT_TYPES.length)] ?? 'map-access';
  const within = (): { since: number; until: number } => {
    const since = range.first + random(range.last - range.first);
    return { since, until: since + 600_000 };
  };
  const time = (name: string, work: () => void, times = ROUNDS) =>
    percentiles(
      name,
      Array.from({ length: times }, () => elapsed(work)),
    );
  const query = (name: string, criteria: () => EventCriteria) =>
    time(name, () => store.query({ limit: 100, ...criteria() }));
  const window = (filter: string, folded: boolean, offset: () => number | null) => () =>
    store.window({ filter, offset: offset(), limit: 50, ceiling: null, folded });
  return [
    ...query('latest 100', () => ({})),
    ...query('type, severity and time, limit 100', () => ({ types: [type()], minSeverity: 'warning', ...within() })),
    ...query('type and critical, all time, limit 100', () => ({ types: [type()], minSeverity: 'critical' })),
    ...query('error or worse, limit 100', () => ({ minSeverity: 'error' })),
    ...query('source and error, limit 100', () => ({
      source: SOURCES[random(SOURCES.length)] ?? '',
      minSeverity: 'error',
    })),
    ...query('text found often, limit 100', () => ({ search: `exec_${random(100)}"` })),
    ...time('text found nowhere', () => store.query({ search: 'no such text', limit: 100 }), 3),
    ...time(
      'window, last page',
      window('', true, () => null),
    ),
    ...time(
      'window, any page',
      window('', true, () => random(store.count())),
    ),
    ...time(
      'window, text filter, first time',
      window('exec_7"', false, () => null),
      1,
    ),
    ...time(
      'window, text filter, again',
      window('exec_7"', false, () => random(10_000)),
    ),
    ...time('roll-up, last 60 s', () => store.rollup(1000, range.last - 60_000, range.last)),
    ...time('roll-up, all, 240 intervals', () => {
      store.rollup(Math.ceil((range.last - range.first) / 240_000) * 1000, range.first, range.last);
    }),
    ...time('digests, last 10 s', () => store.digests(range.last - 10_000, range.last)),
  ];
}

/** A state directory of all events: importing into it, and opening it again; and a file of DuckDB's. */
async function durable(path: string, count: number, directory: string): Promise<Measure[]> {
  const stateDir = join(directory, 'state');
  const store = await openStore({ maxEvents: 0, stateDir, entry: THREADS });
  const took = elapsed(() => {
    importFile(store, path);
    store.flush();
  });
  store.close();
  const opens: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const start = performance.now();
    const again = await openStore({ maxEvents: 0, stateDir, entry: THREADS });
    opens.push(performance.now() - start);
    if (again.count() !== count || again.unreadableCount() > 0) throw new Error('not all came back');
    again.close();
  }
  const duck = await duckDbImport(path, join(directory, 'duck.db'));
  const against = (name: string, floor = Number.NaN): Measure => ({
    name: `import with the journal on, time against DuckDB into a file, ${name}`,
    value: took / floor,
    unit: 'x',
  });
  return [
    { name: 'import with the journal on', value: count / took, unit: 'k events/s' },
    against('no index', duck?.table),
    against('the same indexes', duck?.indexed),
    ...opens.map((value, round) => ({ name: `open ${count} events, time ${round + 1}`, value, unit: 'ms' })),
  ];
}

/** Measures the store with a file of `count` events. */
export async function benchStore(count: number): Promise<Measure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bpfwitness-bench-'));
  try {
    const path = join(directory, 'events.jsonl');
    // First, while nothing is warm: what a live host would have.
    const live = await benchLive(600_000);
    writeFile(path, count);
    const imported = await benchImport(path, count);
    const store = await openStore({ maxEvents: 0, stateDir: null });
    const before = process.memoryUsage().rss;
    importFile(store, path);
    const memory = [
      { name: `tables of ${count} events`, value: store.bytes() / 1e6, unit: 'MB' },
      { name: 'resident, more than before', value: (process.memoryUsage().rss - before) / 1e6, unit: 'MB' },
    ];
    const latencies = queries(store);
    store.close();
    return [...live, ...imported, ...memory, ...latencies, ...(await durable(path, count, directory))];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  // The runtime of the binary can run it as well: `.cache/denort/deno-2.4.2 run -A scripts/bench/store.ts`.
  const count = Number(process.argv[2] ?? 1_000_000);
  for (const { name, value, unit } of await benchStore(count))
    console.log(`${name.padEnd(60)} ${value.toFixed(2)} ${unit}`);
}

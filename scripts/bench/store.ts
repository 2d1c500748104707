import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type AuditEvent, EVENT_TYPES } from '../../src/model/event.ts';
import type { EventCriteria } from '../../src/model/query.ts';
import type { Severity } from '../../src/model/severity.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';

/** One measured number. */
interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const START = 1_700_000_000_000;
const SOURCES = ['bpftool', 'proc', 'audit', 'admin'] as const;
const SKEWED: readonly Severity[] = [
  ...Array<Severity>(70).fill('debug'),
  ...Array<Severity>(18).fill('info'),
  ...Array<Severity>(8).fill('warning'),
  ...Array<Severity>(3).fill('error'),
  'critical',
];

/** A small congruential generator: every run measures the same events. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function makeEvents(count: number): AuditEvent[] {
  const random = generator(17);
  let time = START;
  return Array.from({ length: count }, (_, index) => {
    time += random(8);
    const hex = time.toString(16).padStart(12, '0');
    const tail = index.toString(16).padStart(12, '0');
    const name = `handle_exec_${index % 100}`;
    return {
      id: `${hex.slice(0, 8)}-${hex.slice(8)}-7${random(4096).toString(16).padStart(3, '0')}-8000-${tail}`,
      time,
      type: EVENT_TYPES[random(EVENT_TYPES.length)] ?? 'map-access',
      severity: SKEWED[random(SKEWED.length)] ?? 'debug',
      source: SOURCES[random(SOURCES.length)] ?? 'bpftool',
      host: 'bench',
      details: {
        summary: `program ${name} was loaded`,
        object: { kind: 'program', id: index, name },
        actor: { pid: index % 30_000, uid: 0 },
      },
      evidence: [{ origin: 'bpftool prog show', line: index }],
    };
  });
}

function elapsed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function appendAll(store: Store, events: readonly AuditEvent[]): number {
  return elapsed(() => {
    for (let start = 0; start < events.length; start += 1000) store.append(events.slice(start, start + 1000));
  });
}

/** The same rows and indexes in the runtime's native SQLite, in memory: the floor of the same run. */
function nativeInsert(events: readonly AuditEvent[]): number {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE event (seq INTEGER PRIMARY KEY, time INTEGER, type INTEGER, severity INTEGER,
      source INTEGER, host INTEGER, id TEXT UNIQUE, details TEXT, evidence TEXT);
    CREATE INDEX a ON event (time); CREATE INDEX b ON event (type, severity, time); CREATE INDEX c ON event (source, time)`);
  const insert = database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING');
  const types = new Map<string, number>(EVENT_TYPES.map((type, code) => [type, code]));
  const took = elapsed(() => {
    for (let start = 0; start < events.length; start += 1000) {
      database.exec('BEGIN');
      events.slice(start, start + 1000).forEach((event, index) => {
        const type = types.get(event.type) ?? 0;
        const details = JSON.stringify(event.details);
        const evidence = JSON.stringify(event.evidence);
        insert.run(
          start + index + 1,
          event.time,
          type,
          event.severity.length,
          event.source.length,
          1,
          event.id,
          details,
          evidence,
        );
      });
      database.exec('COMMIT');
    }
  });
  database.close();
  return took;
}

function percentiles(name: string, times: readonly number[]): Measure[] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return [
    { name: `${name}, p50`, value: at(0.5), unit: 'ms' },
    { name: `${name}, p95`, value: at(0.95), unit: 'ms' },
  ];
}

function queries(store: Store, rounds: number): Measure[] {
  const random = generator(5);
  const range = store.timeRange() ?? { first: 0, last: 0 };
  const type = () => EVENT_TYPES[random(EVENT_TYPES.length)] ?? 'map-access';
  const within = (): { since: number; until: number } => {
    const since = range.first + random(range.last - range.first);
    return { since, until: since + 600_000 };
  };
  const time = (name: string, work: () => void, times = rounds) =>
    percentiles(
      name,
      Array.from({ length: times }, () => elapsed(work)),
    );
  const query = (name: string, criteria: () => EventCriteria) =>
    time(name, () => store.query({ limit: 100, ...criteria() }));
  const window = (filter: string, offset: () => number | null) => () =>
    store.window({ filter, offset: offset(), limit: 50, ceiling: null });
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
      window('', () => null),
    ),
    ...time(
      'window, any page',
      window('', () => random(store.count())),
    ),
    ...time(
      'window, text filter, first time',
      window('exec_7"', () => null),
      1,
    ),
    ...time(
      'window, text filter, again',
      window('exec_7"', () => random(10_000)),
    ),
    ...time('roll-up, last 60 s', () => store.rollup(1000, range.last - 60_000, range.last)),
    ...time('roll-up, all, 240 intervals', () => {
      store.rollup(Math.ceil((range.last - range.first) / 240_000) * 1000, range.first, range.last);
    }),
    ...time('digests, last 10 s', () => store.digests(range.last - 10_000, range.last)),
  ];
}

async function durability(events: readonly AuditEvent[], label: string): Promise<Measure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bpfwitness-bench-'));
  try {
    const options = { maxEvents: 0, stateDir: directory, snapshotAfterBytes: Number.MAX_SAFE_INTEGER };
    const store = await openStore(options);
    const pauses: number[] = [];
    const took = elapsed(() => {
      for (let start = 0; start < events.length; start += 64) {
        store.append(events.slice(start, start + 64));
        pauses.push(elapsed(() => store.flush()));
      }
    });
    const journal = readdirSync(directory).find((name) => name.startsWith('journal-')) ?? '';
    // A crash is played by copying what is on the disk and opening the copy.
    const copy = mkdtempSync(join(tmpdir(), 'bpfwitness-bench-'));
    writeFileSync(join(copy, journal), readFileSync(join(directory, journal)));
    const recoverStart = performance.now();
    const recovered = await openStore({ ...options, stateDir: copy });
    const recovery = performance.now() - recoverStart;
    recovered.close();
    rmSync(copy, { recursive: true });
    const snapshot = elapsed(() => store.close());
    const openStart = performance.now();
    const reopened = await openStore(options);
    const open = performance.now() - openStart;
    const image = readdirSync(directory).find((name) => name.startsWith('snapshot-')) ?? '';
    const bytes = statSync(join(directory, image)).size;
    reopened.close();
    return [
      { name: `${label}: append and flush every 64`, value: events.length / took, unit: 'k events/s' },
      ...percentiles(`${label}: flush of 64`, pauses),
      { name: `${label}: recovery from the journal alone`, value: recovery, unit: 'ms' },
      { name: `${label}: snapshot (pause)`, value: snapshot, unit: 'ms' },
      { name: `${label}: snapshot`, value: bytes / 1e6, unit: 'MB' },
      { name: `${label}: open from the snapshot`, value: open, unit: 'ms' },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Measures the store: `count` events for queries and inserts, and the durable ones. */
export async function benchStore(count: number): Promise<Measure[]> {
  const events = makeEvents(count);
  const sample = events.slice(0, 300_000);
  const ratios: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const native = nativeInsert(sample);
    const store = await openStore({ maxEvents: 0, stateDir: null });
    ratios.push(appendAll(store, sample) / native);
    store.close();
  }
  const store = await openStore({ maxEvents: 0, stateDir: null });
  const took = appendAll(store, events);
  const bytes = store.bytes();
  const latencies = queries(store, 200);
  store.close();
  const durable = await durability(events.slice(0, 100_000), '100,000 events');
  const large = await durability(events, `${count} events`);
  return [
    { name: 'append in memory', value: events.length / took, unit: 'k events/s' },
    { name: 'append, time against node:sqlite in memory', value: ratios.toSorted((a, b) => a - b)[1] ?? 0, unit: 'x' },
    { name: `memory of ${count} events`, value: bytes / 1e6, unit: 'MB' },
    ...latencies,
    ...durable,
    ...large,
  ];
}

if (import.meta.main) {
  const count = Number(process.argv[2] ?? 1_000_000);
  for (const { name, value, unit } of await benchStore(count))
    console.log(`${name.padEnd(52)} ${value.toFixed(2)} ${unit}`);
}

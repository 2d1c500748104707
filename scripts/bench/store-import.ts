import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type AuditEvent, EVENT_TYPES } from '../../src/model/event.ts';
import { SEVERITIES } from '../../src/model/severity.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { elapsed, type Measure, median } from './store-events.ts';

const CHUNK = 2 ** 20;
const ROUNDS = 3;

/** What threads are started from. */
export const THREADS = new URL('../../src/thread.ts', import.meta.url);

/** Calls `take` with the whole lines of a file, a megabyte at a time. */
export function eachChunk(path: string, take: (lines: Uint8Array) => void): void {
  const fd = openSync(path, 'r');
  const buffer = new Uint8Array(2 * CHUNK);
  let kept = 0;
  for (let read = 1; read > 0; ) {
    read = readSync(fd, buffer, kept, CHUNK, null);
    const end = buffer.subarray(0, kept + read).lastIndexOf(10) + 1;
    if (end > 0) take(buffer.subarray(0, end));
    buffer.copyWithin(0, end, kept + read);
    kept += read - end;
  }
  closeSync(fd);
}

export function importFile(store: Store, path: string): void {
  const into = store.importEvents(({ line }) => {
    throw new Error(`line ${line} is not as JSON.stringify writes it`);
  });
  eachChunk(path, (lines) => into.push(lines));
  into.finish();
}

/** The same rows and indexes in the runtime's native SQLite, in memory, from the same lines. */
function nativeImport(path: string): number {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE event (seq INTEGER PRIMARY KEY, time INTEGER, type INTEGER, severity INTEGER,
      source TEXT, host TEXT, id TEXT UNIQUE, details TEXT, evidence TEXT);
    CREATE INDEX a ON event (time); CREATE INDEX b ON event (type, severity, time); CREATE INDEX c ON event (source, time)`);
  const insert = database.prepare('INSERT INTO event VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)');
  const types = new Map<string, number>(EVENT_TYPES.map((type, code) => [type, code]));
  const severities = new Map<string, number>(SEVERITIES.map((severity, code) => [severity, code]));
  const decoder = new TextDecoder();
  const took = elapsed(() => {
    eachChunk(path, (lines) => {
      database.exec('BEGIN');
      for (const line of decoder.decode(lines).split('\n')) {
        if (line === '') continue;
        const { id, time, type, severity, source, host, details, evidence } = JSON.parse(line) as AuditEvent;
        insert.run(
          time,
          types.get(type) ?? 0,
          severities.get(severity) ?? 0,
          source,
          host,
          id,
          JSON.stringify(details),
          JSON.stringify(evidence),
        );
      }
      database.exec('COMMIT');
    });
  });
  database.close();
  return took;
}

/** The parts of @duckdb/node-api that are needed; it is not a dependency. */
interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<{ run(sql: string): Promise<unknown> }> }>;
  };
}

/** What our columns are asked for (docs/decisions/014). */
const DUCKDB_INDEXES = [
  'INDEX a ON event (time)',
  'INDEX b ON event (type, severity, time)',
  'INDEX c ON event (source, time)',
  'UNIQUE INDEX d ON event (id)',
];

/**
 * DuckDB's `read_json` into a table at `to`, a new file or `:memory:`, without indexes and with ours, in ms; null where
 * there is no package of it.
 */
export async function duckDbImport(
  path: string,
  to: string,
): Promise<{ readonly table: number; readonly indexed: number } | null> {
  // The name as a value: it need not be there for this file to be compiled.
  const name = '@duckdb/node-api';
  const duckDb = await (import(name) as Promise<DuckDb>).catch(() => null);
  if (duckDb === null) return null;
  const connection = await (await duckDb.DuckDBInstance.create(to)).connect();
  const start = performance.now();
  await connection.run(`CREATE TABLE event AS SELECT * FROM read_json('${path}', format = 'newline_delimited')`);
  const table = performance.now() - start;
  for (const index of DUCKDB_INDEXES) await connection.run(`CREATE ${index}`);
  return { table, indexed: performance.now() - start };
}

/** Imports a file of `count` events, and what else can be done with it in the same run. */
export async function benchImport(path: string, count: number): Promise<Measure[]> {
  const times = {
    imported: [] as number[],
    parsed: [] as number[],
    counted: [] as number[],
    duck: [] as number[],
    indexed: [] as number[],
  };
  const decoder = new TextDecoder();
  for (let round = 0; round < ROUNDS; round += 1) {
    const store = await openStore({ maxEvents: 0, stateDir: null, entry: THREADS });
    times.imported.push(elapsed(() => importFile(store, path)));
    store.close();
    let parsed = 0;
    eachChunk(path, (lines) => {
      const texts = decoder.decode(lines).split('\n');
      texts.pop();
      parsed += elapsed(() => {
        for (const text of texts) JSON.parse(text);
      });
    });
    times.parsed.push(parsed);
    times.counted.push(elapsed(() => spawnSync('wc', ['-l', path])));
    const duck = await duckDbImport(path, ':memory:');
    if (duck !== null) {
      times.duck.push(duck.table);
      times.indexed.push(duck.indexed);
    }
  }
  const took = median(times.imported);
  const against = (name: string, floor: number): Measure => ({
    name: `import, time against ${name}`,
    value: took / floor,
    unit: 'x',
  });
  return [
    { name: `import of ${count} events, median of ${ROUNDS}`, value: count / took, unit: 'k events/s' },
    { name: 'import, best', value: count / Math.min(...times.imported), unit: 'k events/s' },
    { name: 'JSON.parse of each line alone', value: count / median(times.parsed), unit: 'k events/s' },
    against('JSON.parse of each line alone', median(times.parsed)),
    against('wc -l', median(times.counted)),
    against('node:sqlite in memory', nativeImport(path)),
    ...(times.duck.length === 0
      ? [
          {
            name: 'import, time against DuckDB read_json',
            value: Number.NaN,
            unit: 'x (not measured here: no package)',
          },
        ]
      : [
          against('DuckDB read_json, no index', median(times.duck)),
          against('DuckDB read_json and the same indexes', median(times.indexed)),
        ]),
  ];
}

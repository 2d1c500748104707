import type { Connection } from './connection.ts';

/**
 * The tables that a state directory keeps. Each entry takes the schema one version further; `PRAGMA user_version` is
 * the number of entries applied. An entry that was released is never edited.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- Sources and hosts by number. text is packed (see text-column.ts).
  CREATE TABLE data.name (
    code INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
  ) STRICT;

  -- seq is the order of arrival, without gaps; type and severity are codes (see codes.ts); source and host are
  -- name.code; time is milliseconds since the epoch (not STRICT: a fraction of one stays what it is); id is packed;
  -- details and evidence are JSON.
  CREATE TABLE data.event (
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    type INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    source INTEGER NOT NULL,
    host INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    details TEXT NOT NULL,
    evidence TEXT NOT NULL
  );
  CREATE INDEX data.event_by_time ON event (time);
  CREATE INDEX data.event_by_kind ON event (type, severity, time);
  CREATE INDEX data.event_by_source ON event (source, time);

  -- One row for every run of the checks.
  CREATE TABLE data.check_run (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    inconclusive INTEGER NOT NULL
  );

  -- Alerts by packed fingerprint; alert is JSON.
  CREATE TABLE data.alert (
    fingerprint TEXT PRIMARY KEY,
    alert TEXT NOT NULL
  ) STRICT;

  -- Single values as JSON: baseline.
  CREATE TABLE data.document (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;
  `,
];

/** Where an SQLite database file keeps its user_version, big-endian (sqlite.org/fileformat2.html, section 1.3). */
const USER_VERSION_OFFSET = 60;

/** Makes the tables in an empty `data`. */
export function createTables(connection: Connection): void {
  migrate(connection, 0, MIGRATIONS.length);
}

/**
 * Makes the tables in an empty `data` and fills them from an image, taking one of an older version further. Throws an
 * Error for an image of a newer version.
 */
export function loadTables(connection: Connection, image: Uint8Array): void {
  const version = new DataView(image.buffer, image.byteOffset, image.byteLength).getUint32(USER_VERSION_OFFSET);
  if (version < 1 || version > MIGRATIONS.length) {
    throw new Error(`it has schema version ${version}, and this bpfwitness knows 1 to ${MIGRATIONS.length}`);
  }
  migrate(connection, 0, version);
  connection.load(image);
  migrate(connection, version, MIGRATIONS.length);
}

function migrate(connection: Connection, from: number, to: number): void {
  for (const statements of MIGRATIONS.slice(from, to)) connection.execute(statements);
  connection.execute(`PRAGMA data.user_version = ${to}`);
}

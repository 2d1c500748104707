/** The schemas that a database of sql.js can keep its tables in: its own file, or one attached in memory. */
export type SchemaName = 'main' | 'data';

/**
 * The table of one segment's events. There is no file of it: a segment is made from its journal. It has no index: what
 * is searched by is in columns (decision 014), and a row is read by its `seq`.
 *
 * `seq` is the order of arrival; `type` and `severity` are codes (codes.ts), `source` and `host` codes of names
 * (names.ts), `head` the code of the event that stands for this one, or NULL (folds.ts); `time` is milliseconds since
 * the epoch (not STRICT: a fraction of one stays what it is); `id` is packed (text-column.ts); `details` and `evidence`
 * are JSON. `head` comes before the long texts: reading it touches no overflow page.
 */
export function eventSchema(schema: SchemaName): string {
  return `
  CREATE TABLE ${schema}.event (
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    type INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    source INTEGER NOT NULL,
    host INTEGER NOT NULL,
    head INTEGER,
    id TEXT NOT NULL,
    details TEXT NOT NULL,
    evidence TEXT NOT NULL
  );
  `;
}

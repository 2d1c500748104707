/** The schemas that a database of sql.js can keep its tables in: its own file, or one attached in memory. */
export type SchemaName = 'main' | 'data';

/**
 * The table of one segment's events. There is no file of it: a segment is made from its journal. It has no index: what
 * is searched by is in columns (decision 014), and a row is read by its `seq`.
 *
 * `seq` is the order of arrival; `id` is packed (text-column.ts) and comes first: reading it touches no overflow page;
 * `details` and `evidence` are JSON. All else is in columns alone.
 */
export function eventSchema(schema: SchemaName): string {
  return `
  CREATE TABLE ${schema}.event (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    details TEXT NOT NULL,
    evidence TEXT NOT NULL
  );
  `;
}

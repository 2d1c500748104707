import type { SqlJsStatic } from 'sql.js';
import { eventSchema } from '../schema.ts';
import type { Template } from './page-file.ts';

/** Where a database file keeps the size of its pages (sqlite.org/fileformat2.html, section 1.3). */
const PAGE_SIZE = 16;

/** The empty event table as SQLite makes it, so that the schema stands in one place only. */
export function makeTemplate(sqlite: SqlJsStatic): Template {
  const database = new sqlite.Database();
  try {
    database.run(eventSchema('main'));
    const [roots] = database.exec('SELECT rootpage FROM sqlite_schema');
    const bytes = database.export();
    return {
      bytes,
      pageSize: new DataView(bytes.buffer, bytes.byteOffset).getUint16(PAGE_SIZE),
      root: Number(roots?.values[0]?.[0]),
    };
  } finally {
    database.close();
  }
}

/** The template, made when it is first asked for: the first statement of a process takes SQLite its time. */
export function templateWhenAsked(sqlite: SqlJsStatic): () => Template {
  let made: Template | null = null;
  return () => {
    made ??= makeTemplate(sqlite);
    return made;
  };
}

import { InventoryTables } from '../inventory-tables.ts';
import { loadSqlite } from '../sqlite.ts';
import { LetterBox } from './letter-box.ts';
import type { QueryAnswer, QueryRequest, QueryTask } from './messages.ts';

/** What a stranger's statement may take. */
const BOUNDS = { heapBytes: 128 * 1024 * 1024, answerLength: 16 * 1024 * 1024 };

/** Answers what is asked, for ever: whoever started this thread ends it, maybe in the middle of a statement. */
export async function runQueries({ shared }: QueryTask): Promise<void> {
  const tables = new InventoryTables(await loadSqlite(), BOUNDS);
  const box = new LetterBox(shared);
  for (;;) {
    const request = box.request() as QueryRequest;
    try {
      box.answer(answerTo(tables, request));
    } catch (error) {
      box.answer({ error: error instanceof Error ? error.message : String(error) } satisfies QueryAnswer);
    }
  }
}

function answerTo(tables: InventoryTables, request: QueryRequest): QueryAnswer {
  if (request.kind === 'fill') {
    tables.fill(request.rows);
    tables.setBounds(request.bounds);
  } else if (request.kind === 'give') tables.give(request.rows);
  else if (request.kind === 'examine') return { error: null, columns: tables.examine(request.sql) };
  else return { error: null, rows: tables.rows(request.sql) };
  return { error: null };
}

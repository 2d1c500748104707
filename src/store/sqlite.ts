import type { SqlJsStatic } from 'sql.js';
import initSqlJs from 'sql.js/dist/sql-wasm-inline.js';

/** An option of sql.js 1.16 that its types leave out. */
const OPTIONS: { readonly useOldExtensionFunctions: boolean } = {
  // The old floor() and its like write a warning to standard error, where the screen is, on each call.
  useOldExtensionFunctions: false,
};

/** SQLite as WebAssembly; compiled once for a process. */
export function loadSqlite(): Promise<SqlJsStatic> {
  return initSqlJs(OPTIONS as Parameters<typeof initSqlJs>[0]);
}

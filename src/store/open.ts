import { loadSqlite } from './sqlite.ts';
import { Store, type StoreOptions } from './store.ts';

/** A writer may replace a file between our listing the directory and reading it: then the next try finds the new one. */
const READ_ATTEMPTS = 3;

/**
 * Opens a store. With a state directory, what an earlier run recorded is there again. Throws a StoreError when another
 * process uses the directory, when it cannot be written, or when it is damaged beyond what the journal can repair.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const sqlite = await loadSqlite();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return new Store(sqlite, options);
    } catch (error) {
      if (options.readOnly !== true || attempt === READ_ATTEMPTS) throw error;
    }
  }
}

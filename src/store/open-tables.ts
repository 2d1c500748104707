/** A table that can be held compressed. */
export interface CompressibleTable {
  /** Bytes of the table while it is open, and of what waits to go into it. */
  readonly openBytes: number;
  /** Compresses the table. It stays open, as it was, when this throws. */
  compress(): void;
}

/**
 * The tables that are not compressed, the one that was not used for the longest time first. Past a bound, those in front
 * are compressed: mostly the newest events are read, and a table of events takes a tenth of its bytes when compressed.
 */
export class OpenTables {
  readonly #maxBytes: number;
  readonly #tables = new Set<CompressibleTable>();
  #newest: CompressibleTable | null = null;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Notes that a table is used, and compresses others when there is one more than before and too much in all. */
  used(table: CompressibleTable): void {
    if (table === this.#newest) return;
    const isNew = !this.#tables.delete(table);
    // A set keeps the order in which its members were added.
    this.#tables.add(table);
    this.#newest = table;
    if (isNew) this.#bound();
  }

  /** Notes that a table is closed. */
  closed(table: CompressibleTable): void {
    this.#tables.delete(table);
    if (table === this.#newest) this.#newest = null;
  }

  #bound(): void {
    let total = 0;
    for (const { openBytes } of this.#tables) total += openBytes;
    for (const table of this.#tables) {
      if (total <= this.#maxBytes || table === this.#newest) return;
      total -= table.openBytes;
      table.compress();
      this.#tables.delete(table);
    }
  }
}

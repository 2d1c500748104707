import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { CheckBounds } from '../../model/check-bounds.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Json } from '../../model/json.ts';
import { formatDuration } from '../../text/time.ts';
import { inventoryRows } from '../inventory-rows.ts';
import type { GivenRows } from '../inventory-tables.ts';
import { LetterBox } from './letter-box.ts';
import type { QueryAnswer, QueryRequest, QueryTask } from './messages.ts';

/** How long one statement of a stranger may take. */
const LIMIT_MS = 5_000;

/** How long all statements over one inventory may take together: a dozen that never end must not take a minute. */
const TOGETHER_MS = 10_000;

/** How long a thread may take to start and to fill its tables. */
const START_MS = 10_000;

/** What the tables of the thread hold. */
export type Contents = Inventory | { readonly given: GivenRows };

interface Running {
  readonly worker: Worker;
  readonly box: LetterBox;
}

/**
 * Runs SQL that others wrote over inventory tables in a thread of its own, because SQLite as WebAssembly cannot be
 * interrupted: a statement that takes too long is ended with its thread, and the next one gets another. All is
 * synchronous; the calling thread waits. See docs/decisions/012.
 */
export class QueryThread {
  readonly #entry: URL;
  readonly #limitMs: number;
  readonly #togetherMs: number;
  /** Statements that took too long: they are not tried again, since they would again. */
  readonly #slow = new Set<string>();
  #running: Running | null = null;
  /** What these tables are asked, and how long that may still take, ms. */
  #asked: Contents | null = null;
  #leftMs = 0;
  #holds: Contents | null = null;
  #bounds: CheckBounds = { parameters: {} };

  /** `entry` is the file that threads are started from: in a worker, it answers what it is asked (see thread.ts). */
  constructor(entry: URL, limitMs = LIMIT_MS, togetherMs = TOGETHER_MS) {
    this.#entry = entry;
    this.#limitMs = limitMs;
    this.#togetherMs = togetherMs;
    this.#leftMs = togetherMs;
  }

  /**
   * Rows of one statement over an inventory, as `Store.rows` gives them. Throws an Error that says why not: with SQLite's
   * message, or that it took too long or gave too much.
   */
  rows(contents: Contents, sql: string): readonly Record<string, Json>[] {
    if (contents !== this.#asked) this.#leftMs = this.#togetherMs;
    this.#asked = contents;
    if (this.#slow.has(sql)) throw this.#tooSlow();
    this.fill(contents);
    return this.#ask({ kind: 'rows', sql }, sql).rows ?? [];
  }

  /** Gives what checks compare with other values, as `Store.setBounds` does. */
  setBounds(bounds: CheckBounds): void {
    this.#bounds = bounds;
    this.#holds = null;
  }

  /** The columns that a statement gives, without running it. Throws for what cannot be run. */
  examine(sql: string): readonly string[] {
    if (this.#slow.has(sql)) throw this.#tooSlow();
    if (this.#running === null) this.fill({ given: {} });
    return this.#ask({ kind: 'examine', sql }, sql).columns ?? [];
  }

  /** Ends the thread; a later question starts another. */
  async stop(): Promise<void> {
    const running = this.#forget();
    await running?.worker.terminate();
  }

  /** Makes its tables hold this. Throws an Error for rows of a table or a column that is not there. */
  fill(contents: Contents): void {
    if (this.#running !== null && this.#holds === contents) return;
    this.#holds = null;
    const rows: QueryRequest =
      'given' in contents
        ? { kind: 'give', rows: contents.given }
        : { kind: 'fill', rows: inventoryRows(contents), bounds: this.#bounds };
    this.#ask(rows, null);
    this.#holds = contents;
  }

  /** `sql` is the statement that is asked for, or null where the request is ours. */
  #ask(request: QueryRequest, sql: string | null): QueryAnswer {
    if (sql !== null && this.#leftMs <= 0) {
      throw new Error(
        `it was not run: those before it took ${formatDuration(this.#togetherMs)} together, which is for all`,
      );
    }
    const { box } = this.#started();
    const limit = sql === null ? START_MS : Math.min(this.#limitMs, this.#leftMs);
    const asked = performance.now();
    const answer = box.ask(request, limit) as QueryAnswer | undefined;
    if (sql !== null) this.#leftMs -= answer === undefined ? limit : performance.now() - asked;
    if (answer === undefined) {
      // Not waited for: it may be in the middle of a statement, and the next one starts another.
      void this.#forget()?.worker.terminate();
      if (sql === null) throw new Error('the thread that runs checks does not answer');
      this.#slow.add(sql);
      throw this.#tooSlow(limit);
    }
    if (answer.error !== null) throw new Error(answer.error);
    return answer;
  }

  #started(): Running {
    if (this.#running !== null) return this.#running;
    const box = new LetterBox();
    const worker = new Worker(this.#entry, { workerData: { role: 'queries', shared: box.shared } satisfies QueryTask });
    // It is noticed when it does not answer; unheard, it would end the program.
    worker.on('error', () => {
      if (this.#running?.worker === worker) this.#forget();
    });
    this.#running = { worker, box };
    return this.#running;
  }

  #forget(): Running | null {
    const running = this.#running;
    this.#running = null;
    this.#holds = null;
    return running;
  }

  #tooSlow(limitMs = this.#limitMs): Error {
    return new Error(`it took longer than ${formatDuration(Math.round(limitMs))} and was ended; it is not run again`);
  }
}

import { applyExceptions } from '../checks/exceptions.ts';
import { type CheckQuery, type Row, runChecks } from '../checks/run.ts';
import type { CheckDefinition, CheckException, CheckRun } from '../model/check.ts';
import { type Inventory, wholeSections } from '../model/inventory.ts';
import type { Section } from '../model/snapshot.ts';
import type { Store } from '../store/store.ts';
import type { Monitor } from './monitor.ts';

export interface JudgeOptions {
  readonly store: Store;
  readonly monitor: Monitor;
  readonly checks: readonly CheckDefinition[];
  readonly exceptions: readonly CheckException[];
  /** Runs SQL of a user's check over an inventory, within bounds (store/query-thread/). */
  readonly ownRows: (inventory: Inventory, sql: string) => readonly Row[];
  /** Is given work that takes long and that nothing can interrupt: the SQL of the checks. */
  readonly blocking?: <Result>(work: () => Result) => Result;
  /** True where nobody asks for any run of the checks but the last: it alone is made then, when the input is over. */
  readonly onlyLast?: boolean;
  /** A clock for durations only, in ms. */
  readonly stopwatch: () => number;
}

/** Checks run again after this much event time even when nothing changed, so that trends have points. */
const CHECK_EVERY_MS = 60_000;

/** Other hosts that are remembered by name, and characters of a name: an input may name millions. */
const MAX_HOSTS = 1000;
const MAX_NAME = 256;

/** Runs the checks over what a host looks like, as it changes. One host: the first that was looked at. */
export class HostJudge {
  readonly #options: JudgeOptions;
  #inventory: Inventory | null = null;
  #otherHosts = new Set<string>();
  #run: CheckRun | null = null;
  /** The look that the checks are, or will be, run over last: when it was and what it covered. */
  #judged: Judged | null = null;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  get inventory(): Inventory | null {
    return this.#inventory;
  }

  /** Hosts that were looked at beside the one that is judged: the first thousand. */
  get otherHosts(): ReadonlySet<string> {
    return this.#otherHosts;
  }

  /** The last run over the host that is judged. It is no pass of what was given while another host's part was not judged. */
  get checks(): CheckRun | null {
    const run = this.#run;
    return run?.overall === 'pass' && this.#otherHosts.size > 0 ? { ...run, overall: 'inconclusive' } : run;
  }

  /** A look at a host; false when it is another host's, which is not judged. */
  take(inventory: Inventory): boolean {
    // Two hosts in one verdict would each hide what is wrong with the other.
    if (this.#inventory !== null && inventory.host !== this.#inventory.host) {
      if (this.#otherHosts.size < MAX_HOSTS) this.#otherHosts.add(inventory.host.slice(0, MAX_NAME));
      return false;
    }
    const changed = this.#inventory === null || !sameInventory(this.#inventory, inventory);
    this.#inventory = changed ? inventory : this.#inventory;
    const due = this.#judged === null || inventory.time - this.#judged.time >= CHECK_EVERY_MS;
    if (changed || due) this.#judged = { covers: wholeSections(inventory), time: inventory.time };
    if (this.#options.onlyLast === true) return true;
    if (changed) this.#options.store.setInventory(inventory);
    if (changed || due) this.#judge();
    return true;
  }

  /** The input is over at `time`: a host that was never looked at is said to be unknown. */
  finish(time: number): void {
    if (this.#run !== null) return;
    if (this.#inventory !== null) this.#options.store.setInventory(this.#inventory);
    this.#judged ??= { covers: [], time };
    this.#judge();
  }

  #judge(): void {
    if (this.#judged === null) return;
    const { covers, time } = this.#judged;
    const { store, monitor, checks, exceptions, ownRows, stopwatch, blocking } = this.#options;
    const inventory = this.#inventory;
    const query: CheckQuery = (sql, { origin }) => {
      if (origin === undefined) return store.rows(sql);
      if (inventory === null) throw new Error('nothing was looked at');
      return ownRows(inventory, sql);
    };
    const work = () => runChecks(checks, query, covers, time, stopwatch);
    const run = applyExceptions(blocking === undefined ? work() : blocking(work), exceptions);
    this.#run = run;
    store.recordCheckRun(run);
    monitor.followChecks(run);
  }
}

interface Judged {
  readonly covers: readonly Section[];
  readonly time: number;
}

/** Whether two inventories say the same apart from when they were taken. Parts that are the same object are not compared. */
function sameInventory(a: Inventory, b: Inventory): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as ReadonlySet<keyof Inventory>;
  return [...keys].every((key) => key === 'time' || a[key] === b[key] || isSame(a[key], b[key]));
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

import type { AlertHandler } from '../alerts/handlers/log.ts';
import { applyExceptions } from '../checks/exceptions.ts';
import { type CheckQuery, type Row, runChecks } from '../checks/run.ts';
import type { Alert } from '../model/alert.ts';
import type { AnomalyThresholds, Baseline } from '../model/anomaly.ts';
import type { CheckDefinition, CheckException, CheckRun } from '../model/check.ts';
import type { AuditEvent, EventType, Position } from '../model/event.ts';
import { type Inventory, wholeSections } from '../model/inventory.ts';
import type { Observation } from '../model/observation.ts';
import type { EventDigest } from '../model/query.ts';
import type { Problem } from '../model/snapshot.ts';
import { type Normalised, Normaliser } from '../normalise/normaliser.ts';
import type { EventFile } from '../sources/capture/event-file.ts';
import type { Store } from '../store/store.ts';
import { EventIntake } from './event-intake.ts';
import { Monitor } from './monitor.ts';

export interface PipelineOptions {
  readonly store: Store;
  readonly checks: readonly CheckDefinition[];
  readonly exceptions: readonly CheckException[];
  /** Runs SQL of a user's check over an inventory, within bounds (store/query-thread/). */
  readonly ownRows: (inventory: Inventory, sql: string) => readonly Row[];
  readonly thresholds: AnomalyThresholds;
  /** Detection interval and learning time in ms of event time. */
  readonly windowMs: number;
  readonly learnMs: number;
  readonly baseline: Baseline | null;
  /** Alerts of an earlier run to go on from. */
  readonly alerts: readonly Alert[];
  readonly onTransition: AlertHandler;
  /** A clock for durations only, in ms. */
  readonly stopwatch: () => number;
}

/** Checks run again after this much event time even when nothing changed, so that trends have points. */
const CHECK_EVERY_MS = 60_000;

/** Events wait for each other up to this many before they go to the store together; more would only grow old. */
const BATCH = 128;

/** Characters of a text that is shown for what was not understood. */
const SHOWN = 200;

/** Observations in, verdicts out: the same for a live host and for a replay, because only event time counts. */
export class Pipeline {
  readonly store: Store;
  readonly monitor: Monitor;
  #options: PipelineOptions;
  #normaliser = new Normaliser();
  #pending: AuditEvent[] = [];
  /** By id, where those of the pending events stand that were read as events. */
  #carried = new Map<string, { readonly event: AuditEvent; readonly at: Position }>();
  #inventory: Inventory | null = null;
  #otherHosts = new Set<string>();
  #checks: CheckRun | null = null;
  #problems: readonly Problem[] = [];
  #unmapped = new Map<string, number>();
  #own = 0;
  readonly #beganEmpty: boolean;
  #host: string | null = null;
  #time: number | null = null;
  /** Time of the last observation, which need not be the newest. */
  #last: number | null = null;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.store = options.store;
    this.#beganEmpty = options.store.count() === 0;
    this.monitor = new Monitor({
      events: (since, until, type) => this.#digests(since, until, type),
      intervalMs: options.windowMs,
      learnMs: options.learnMs,
      baseline: options.baseline,
      thresholds: options.thresholds,
      onBaseline: (baseline) => this.store.saveBaseline(baseline),
      onTransition: options.onTransition,
    });
    this.monitor.restoreAlerts(options.alerts);
    this.monitor.start();
  }

  /** Takes in observations in the order in which they were made. What it stores is durable after `store.flush()`. */
  ingest(observations: readonly Observation[]): void {
    this.gather(observations);
    this.#storePending();
    this.store.saveAlerts(this.monitor.alerts());
  }

  /** The same where nobody looks until the end: events may wait to go to the store in large batches. */
  gather(observations: readonly Observation[]): void {
    for (const observation of observations) this.#take(observation);
  }

  /** A way to take in a file of events by its lines; nothing else may be taken in before it is over. */
  takeEvents(file: EventFile): EventIntake {
    return new EventIntake(file, {
      store: this.store,
      monitor: this.monitor,
      read: (observation) => this.#normaliser.push(observation).events.at(-1) ?? null,
      take: (observations) => this.ingest(observations),
      takeKnown: (event, at) => this.#takeKnown(event, at),
    });
  }

  /** The file is over: see {@link Pipeline.takeEvents}. */
  tookEvents(intake: EventIntake): void {
    intake.finish();
    this.#host ??= intake.hosts[0] ?? null;
    const { timeRange } = intake;
    if (timeRange !== null) this.#time = Math.max(this.#time ?? timeRange.last, timeRange.last);
  }

  /** The input is over: the last interval is judged, and a host that was never looked at is said to be unknown. */
  finish(): void {
    // Some events wait for what comes after them.
    this.#settle(this.#normaliser.finish());
    this.#storePending();
    if (this.#last !== null) this.#advance(this.#last);
    this.monitor.finish();
    if (this.#checks === null) this.#runChecks([], this.#time ?? 0);
    this.store.saveAlerts(this.monitor.alerts());
  }

  get inventory(): Inventory | null {
    return this.#inventory;
  }

  /** The last run over the host that is judged. It is no pass of what was given while another host's part was not judged. */
  get checks(): CheckRun | null {
    const run = this.#checks;
    return run?.overall === 'pass' && this.#otherHosts.size > 0 ? { ...run, overall: 'inconclusive' } : run;
  }

  /** What is run: the checks of the profile. */
  get definitions(): readonly CheckDefinition[] {
    return this.#options.checks;
  }

  get problems(): readonly Problem[] {
    if (this.#otherHosts.size === 0) return this.#problems;
    const message = `checks and alerts are of ${this.host} only; give by itself what is of ${[...this.#otherHosts].join(', ')}`;
    return [{ section: null, message }, ...this.#problems];
  }

  /** Hosts that were looked at beside the one that is judged. */
  get otherHosts(): ReadonlySet<string> {
    return this.#otherHosts;
  }

  /** Records of a type that says nothing about BPF, by type. */
  get unmapped(): ReadonlyMap<string, number> {
    return this.#unmapped;
  }

  /** Records of our own doing, left out. */
  get own(): number {
    return this.#own;
  }

  /** Null until something said which host it is. */
  get host(): string | null {
    return this.#host;
  }

  /** The newest time seen, ms; null before the first observation. */
  get time(): number | null {
    return this.#time;
  }

  #take(observation: Observation): void {
    const { time } = observation;
    if (time !== null) {
      this.#time = Math.max(this.#time ?? time, time);
      this.#last = time;
      // What still waits to become an event belongs to the interval that it happened in.
      this.#advance(Math.min(time, this.#normaliser.waitingSince ?? time));
    }
    if (observation.kind === 'event') {
      const { event, via: at = { file: 'events' } } = observation;
      // Another one with its id among those that wait: one of the two has to be looked up.
      if (this.#carried.has(event.id)) this.#storePending();
      this.#carried.set(event.id, { event, at });
    }
    this.#settle(this.#normaliser.push(observation));
  }

  /** The data's clock has reached `time`. */
  #advance(time: number): void {
    if (!this.monitor.isDue(time)) return;
    // What waits may be in the store already, from an earlier run or because it was read as an event twice.
    if (this.#carried.size > 0 || !this.#beganEmpty) this.#storePending();
    for (const event of this.#pending) this.monitor.noteEvent(event.time);
    this.monitor.advance(time);
  }

  /** What the detectors see: what is stored, and what waits to be. */
  #digests(since: number, until: number, type: EventType | undefined): readonly EventDigest[] {
    const stored = this.store.digests(since, until, type);
    const waiting = this.#pending.filter(
      (event) => event.time > since && event.time <= until && (type === undefined || event.type === type),
    );
    // They came later, so they stand behind those of their time.
    return waiting.length === 0 ? stored : [...stored, ...waiting].sort((a, b) => a.time - b.time);
  }

  #settle(seen: Normalised): void {
    for (const event of seen.events) this.#pending.push(event);
    if (seen.amendments.length > 0) {
      this.#storePending();
      this.store.amend(seen.amendments);
    }
    if (seen.unreadable.length > 0) this.store.addUnreadable(seen.unreadable);
    for (const [type, count] of Object.entries(seen.unmapped)) {
      this.#unmapped.set(type, (this.#unmapped.get(type) ?? 0) + count);
    }
    this.#own += seen.own;
    if (seen.problems !== null) this.#problems = seen.problems;
    if (seen.inventory !== null) this.#takeInventory(seen.inventory);
    this.#host ??= seen.events[0]?.host ?? null;
    if (this.#pending.length >= BATCH) this.#storePending();
  }

  #takeInventory(inventory: Inventory): void {
    // Two hosts in one verdict would each hide what is wrong with the other.
    if (this.#inventory !== null && inventory.host !== this.#inventory.host) {
      this.#otherHosts.add(inventory.host);
      return;
    }
    this.#host = inventory.host;
    const changed = this.#inventory === null || !sameInventory(this.#inventory, inventory);
    this.#inventory = changed ? inventory : this.#inventory;
    const due = this.#checks === null || inventory.time - this.#checks.time >= CHECK_EVERY_MS;
    if (changed) this.store.setInventory(inventory);
    if (changed || due) this.#runChecks(wholeSections(inventory), inventory.time);
  }

  #runChecks(covers: Inventory['covers'], time: number): void {
    const { checks, exceptions, ownRows, stopwatch } = this.#options;
    const inventory = this.#inventory;
    const query: CheckQuery = (sql, { origin }) => {
      if (origin === undefined) return this.store.rows(sql);
      if (inventory === null) throw new Error('nothing was looked at');
      return ownRows(inventory, sql);
    };
    const run = applyExceptions(runChecks(checks, query, covers, time, stopwatch), exceptions);
    this.#checks = run;
    this.store.recordCheckRun(run);
    this.monitor.followChecks(run);
  }

  #storePending(): void {
    if (this.#pending.length === 0) return;
    for (const event of this.store.append(this.#pending)) {
      this.monitor.noteEvent(event.time);
      this.#carried.delete(event.id);
    }
    for (const { event, at } of this.#carried.values()) this.#takeKnown(event, at);
    this.#pending = [];
    this.#carried.clear();
  }

  /** An event line whose id is recorded: the same event again adds what it knows; any other was not understood. */
  #takeKnown(event: AuditEvent, at: Position): void {
    const { id, details, evidence } = event;
    const known = this.store.get(id);
    if (known === null || sayTheSame(known, event)) return;
    if (isSameEvent(known, event)) this.store.amend([{ eventId: id, details, evidence }]);
    else this.store.addUnreadable([{ at, reason: 'event has the id of another event', text: id.slice(0, SHOWN) }]);
  }
}

/** Which event stands for one on the screen is not part of what it says. */
function sayTheSame(a: AuditEvent, b: AuditEvent): boolean {
  return JSON.stringify({ ...a, foldedInto: '' }) === JSON.stringify({ ...b, foldedInto: '' });
}

function isSameEvent(a: AuditEvent, b: AuditEvent): boolean {
  return a.time === b.time && a.type === b.type && a.source === b.source && a.host === b.host;
}

/** Whether two inventories say the same apart from when they were taken. */
function sameInventory(a: Inventory, b: Inventory): boolean {
  return JSON.stringify({ ...a, time: 0 }) === JSON.stringify({ ...b, time: 0 });
}

import type { AlertHandler } from '../alerts/handlers/log.ts';
import type { Alert } from '../model/alert.ts';
import type { AnomalyThresholds, Baseline } from '../model/anomaly.ts';
import type { CheckDefinition, CheckRun } from '../model/check.ts';
import type { Amendment } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Observation } from '../model/observation.ts';
import type { Problem } from '../model/snapshot.ts';
import { type Normalised, Normaliser } from '../normalise/normaliser.ts';
import type { EventFile } from '../sources/capture/event-file.ts';
import { MAX_EVIDENCE } from '../store/merge.ts';
import type { Store } from '../store/store.ts';
import { EventIntake } from './event-intake.ts';
import { HostJudge, type JudgeOptions } from './host-judge.ts';
import { Monitor } from './monitor.ts';
import { WaitingEvents } from './waiting-events.ts';

/** Hosts that one message names. */
const NAMED_HOSTS = 20;

export interface PipelineOptions extends Omit<JudgeOptions, 'monitor'> {
  readonly thresholds: AnomalyThresholds;
  /** Detection interval and learning time in ms of event time. */
  readonly windowMs: number;
  readonly learnMs: number;
  readonly baseline: Baseline | null;
  /** Alerts of an earlier run to go on from. */
  readonly alerts: readonly Alert[];
  readonly onTransition: AlertHandler;
}

/** Observations in, verdicts out: the same for a live host and for a replay, because only event time counts. */
export class Pipeline {
  readonly store: Store;
  readonly monitor: Monitor;
  /** What is run: the checks of the profile. */
  readonly definitions: readonly CheckDefinition[];
  readonly #judge: HostJudge;
  readonly #waiting: WaitingEvents;
  #normaliser = new Normaliser();
  #problems: readonly Problem[] = [];
  #unmapped = new Map<string, number>();
  #own = 0;
  readonly #beganEmpty: boolean;
  #host: string | null = null;
  #time: number | null = null;
  /** Time of the last observation, which need not be the newest. */
  #last: number | null = null;

  constructor(options: PipelineOptions) {
    this.store = options.store;
    this.definitions = options.checks;
    this.#beganEmpty = options.store.count() === 0;
    this.#waiting = new WaitingEvents(options.store, ({ time }) => this.monitor.noteEvent(time));
    this.monitor = new Monitor({
      events: (since, until, type) => this.#waiting.digests(since, until, type),
      intervalMs: options.windowMs,
      learnMs: options.learnMs,
      baseline: options.baseline,
      thresholds: options.thresholds,
      onBaseline: (baseline) => this.store.saveBaseline(baseline),
      onTransition: options.onTransition,
    });
    this.monitor.restoreAlerts(options.alerts);
    this.monitor.start();
    this.#judge = new HostJudge({ ...options, monitor: this.monitor });
  }

  /** Takes in observations in the order in which they were made. What it stores is durable after `store.flush()`. */
  ingest(observations: readonly Observation[]): void {
    this.gather(observations);
    this.#waiting.flush();
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
      takeKnown: (event, at) => this.#waiting.takeKnown(event, at),
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
    this.#waiting.flush();
    if (this.#last !== null) this.#advance(this.#last);
    this.monitor.finish();
    this.#judge.finish(this.#time ?? 0);
    this.store.saveAlerts(this.monitor.alerts());
  }

  get inventory(): Inventory | null {
    return this.#judge.inventory;
  }

  /** The last run of the checks. */
  get checks(): CheckRun | null {
    return this.#judge.checks;
  }

  get problems(): readonly Problem[] {
    const others = [...this.otherHosts];
    if (others.length === 0) return this.#problems;
    const named = others.slice(0, NAMED_HOSTS).join(', ');
    const rest = others.length > NAMED_HOSTS ? `${named} and others` : named;
    const message = `checks and alerts are of ${this.host} only; give by itself what is of ${rest}`;
    return [{ section: null, message }, ...this.#problems];
  }

  /** Hosts that were looked at beside the one that is judged: the first thousand. */
  get otherHosts(): ReadonlySet<string> {
    return this.#judge.otherHosts;
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
      this.#waiting.carry(event, at);
    }
    this.#settle(this.#normaliser.push(observation));
  }

  /** The data's clock has reached `time`. */
  #advance(time: number): void {
    if (!this.monitor.isDue(time)) return;
    // What waits may be in the store already, from an earlier run or because it was read as an event twice.
    if (this.#waiting.hasCarried || !this.#beganEmpty) this.#waiting.flush();
    this.#waiting.tell();
    this.monitor.advance(time);
  }

  #settle(seen: Normalised): void {
    for (const event of seen.events) this.#waiting.add(event);
    if (seen.amendments.length > 0) {
      this.#waiting.flush();
      this.store.amend(worthwhile(seen.amendments));
    }
    if (seen.unreadable.length > 0) this.store.addUnreadable(seen.unreadable);
    for (const [type, count] of Object.entries(seen.unmapped)) {
      this.#unmapped.set(type, (this.#unmapped.get(type) ?? 0) + count);
    }
    this.#own += seen.own;
    if (seen.problems !== null) this.#problems = seen.problems;
    if (seen.inventory !== null && this.#judge.take(seen.inventory)) this.#host = seen.inventory.host;
    this.#host ??= seen.events[0]?.host ?? null;
    if (this.#waiting.areMany) this.#waiting.flush();
  }
}

/**
 * Without what would change nothing: one audit event of 100,000 records may tell of one thing as often, and an event
 * holds {@link MAX_EVIDENCE} pieces of evidence.
 */
function worthwhile(amendments: readonly Amendment[]): readonly Amendment[] {
  if (amendments.length <= MAX_EVIDENCE) return amendments;
  const pieces = new Map<string, number>();
  return amendments.filter(({ eventId, severity, summary, details, evidence }) => {
    const before = pieces.get(eventId) ?? 0;
    pieces.set(eventId, before + evidence.length);
    const isEvidenceOnly = severity === undefined && summary === undefined && Object.keys(details).length === 0;
    return before < MAX_EVIDENCE || !isEvidenceOnly;
  });
}

import type { AlertHandler } from '../alerts/handlers/log.ts';
import {
  type AlertBook,
  type AlertStep,
  followChecks,
  quietUntil,
  raiseAnomalies,
  settle,
  sortAlerts,
} from '../alerts/lifecycle.ts';
import { baselineFrom, EMPTY_SAMPLE, type Sample, sampleOf } from '../anomaly/baseline.ts';
import { detectAnomalies, type EventsBetween } from '../anomaly/detect.ts';
import type { Alert } from '../model/alert.ts';
import type { Anomaly, AnomalyThresholds, Baseline } from '../model/anomaly.ts';
import type { CheckRun } from '../model/check.ts';
import { append } from '../text/lists.ts';
import { UnjudgedIntervals } from './unjudged-intervals.ts';

export interface MonitorOptions {
  readonly events: EventsBetween;
  /** Length of a detection interval in ms; intervals end at whole multiples of it since the epoch. */
  readonly intervalMs: number;
  /** How long to learn the baseline when none is given, in ms of event time. */
  readonly learnMs: number;
  readonly baseline: Baseline | null;
  readonly thresholds: AnomalyThresholds;
  /** Told once when the baseline has been learned. */
  readonly onBaseline: (baseline: Baseline) => void;
  readonly onTransition: AlertHandler;
}

/**
 * An interval is judged this long after its end (event time), because an audit record reaches us later than a
 * snapshot of the same moment does.
 */
const LATENESS_MS = 1000;

/** Records come late by seconds. What is older than this before the current interval shows a clock that was set back. */
const SET_BACK_MS = 60_000;

/** Anomalies kept to look at; older ones are only counted. */
const MAX_ANOMALIES = 10_000;

/** Continuous auditing (lab 17.3, part 5) on event time: start, stop, alerts, clear. */
export class Monitor {
  #options: MonitorOptions;
  #running = false;
  #next: number | null = null;
  #baseline: Baseline | null;
  /** Intervals that end after this are judged by the baseline: it was not learned from them. */
  #judgedAfter = Number.NEGATIVE_INFINITY;
  #learningUntil: number | null = null;
  #samples: Sample[] = [];
  readonly #unjudged = new UnjudgedIntervals();
  #anomalies: Anomaly[] = [];
  #anomalyCount = 0;
  #book: AlertBook = new Map();

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#baseline = options.baseline;
  }

  start(): void {
    this.#running = true;
  }

  stop(): void {
    this.#running = false;
  }

  /** Firing first, then the worse, then the newer. */
  alerts(): readonly Alert[] {
    return sortAlerts(this.#book.values());
  }

  clearAlerts(): void {
    this.#book = new Map();
  }

  /** Takes up alerts of an earlier run. */
  restoreAlerts(alerts: readonly Alert[]): void {
    this.#book = new Map(alerts.map((alert) => [alert.fingerprint, alert]));
  }

  /** Oldest first. */
  get anomalies(): readonly Anomaly[] {
    return this.#anomalies;
  }

  get anomalyCount(): number {
    return this.#anomalyCount;
  }

  get baseline(): Baseline | null {
    return this.#baseline;
  }

  /** Event time until which the baseline is learned; null before the first observation and once it is known. */
  get learningUntil(): number | null {
    return this.#baseline === null ? this.#learningUntil : null;
  }

  /** Notes that an event of this time is in the store. */
  noteEvent(time: number): void {
    const { intervalMs } = this.#options;
    const end = Math.ceil(time / intervalMs) * intervalMs;
    // What comes later than that is counted with the windows that still reach it, and judged no more.
    if (this.#running && this.#next !== null && end >= this.#next) this.#unjudged.note(end);
  }

  /** True when {@link advance} would do anything. */
  isDue(time: number): boolean {
    return this.#running && (this.#next === null || time - LATENESS_MS >= this.#next || this.#isSetBack(time));
  }

  /** The data's clock has reached `time`: judges every interval that is over. Call before storing what came at `time`. */
  advance(time: number): void {
    if (!this.#running) return;
    const { intervalMs, learnMs } = this.#options;
    if (this.#next === null) {
      this.#next = (Math.floor(time / intervalMs) + 1) * intervalMs;
      this.#learningUntil = this.#next + Math.ceil(learnMs / intervalMs) * intervalMs;
    } else if (this.#isSetBack(time)) this.#next = this.#setBack(time, this.#next);
    this.#walk(this.#next, time - LATENESS_MS);
  }

  /** The input is over: judges the intervals up to its last event, and what was left of those gone through again. */
  finish(): void {
    if (!this.#running || this.#next === null) return;
    this.#walk(this.#next, this.#unjudged.ends.at(-1) ?? Number.NEGATIVE_INFINITY);
    for (const end of this.#unjudged.takeLeft()) this.#judge(end);
  }

  /** A check run is over: its failures are alerts. */
  followChecks(run: CheckRun): void {
    if (this.#running) this.#take(followChecks(this.#book, run.results, run.time));
  }

  /** Judges the intervals from `next` on that end by `due`. What it costs depends on events alone, never on the span. */
  #walk(next: number, due: number): void {
    let end = next;
    while (due >= end) {
      this.#judgeIfDue(end);
      end = this.#skipSilence(end + this.#options.intervalMs, due);
    }
    this.#next = end;
  }

  #judgeIfDue(end: number): void {
    if (this.#unjudged.isDue(end)) this.#judge(end);
    else {
      this.#unjudged.leave(end);
      this.#take(settle(this.#book, end));
    }
  }

  #judge(end: number): void {
    const { intervalMs, thresholds } = this.#options;
    let size = 0;
    const events: EventsBetween = (since, until, type) => {
      const found = this.#options.events(since, until, type);
      if (type === undefined) size = found.length;
      return found;
    };
    if (this.#baseline === null) this.#learn(end);
    const found = detectAnomalies(events, { time: end, intervalMs, baseline: this.#baselineAt(end), thresholds });
    this.#unjudged.judged(end, size);
    this.#anomalyCount += found.length;
    append(this.#anomalies, found);
    if (this.#anomalies.length > MAX_ANOMALIES) this.#anomalies.splice(0, this.#anomalies.length - MAX_ANOMALIES);
    this.#take(raiseAnomalies(this.#book, found));
    this.#take(settle(this.#book, end));
  }

  #isSetBack(time: number): boolean {
    return this.#next !== null && time < this.#next - this.#options.intervalMs - SET_BACK_MS;
  }

  /**
   * Begins again at a time that lies back: one record with a time far ahead would otherwise hide all that follows it.
   * An interval gone through again that has new events is judged with what the store has of it already.
   */
  #setBack(time: number, from: number): number {
    const { intervalMs } = this.#options;
    this.#judgeIfDue(from);
    for (const end of this.#unjudged.ends) this.#judgeIfDue(end);
    const next = (Math.floor(time / intervalMs) + 1) * intervalMs;
    this.#judgedAfter = Number.NEGATIVE_INFINITY;
    if (this.#learningUntil !== null) this.#learningUntil -= from - next;
    return next;
  }

  /** An interval that was learned from is not judged by what was learned from it. */
  #baselineAt(end: number): Baseline | null {
    return end > this.#judgedAfter ? this.#baseline : null;
  }

  #learn(end: number): void {
    const { intervalMs, events } = this.#options;
    this.#samples.push(sampleOf(events(end - intervalMs, end)));
    this.#concludeLearning(end);
  }

  #concludeLearning(end: number): void {
    if (this.#learningUntil === null || end < this.#learningUntil) return;
    this.#baseline = baselineFrom(this.#samples, this.#options.intervalMs, end);
    this.#judgedAfter = end;
    this.#samples = [];
    this.#options.onBaseline(this.#baseline);
  }

  /**
   * The next interval from `next` on that has to be looked at. It passes over those in which nothing happened, which
   * still count as learned: a log may be silent for months, and a clock may jump by decades.
   */
  #skipSilence(next: number, due: number): number {
    if (due < next) return next;
    const { intervalMs } = this.#options;
    const last = next + Math.floor((due - next) / intervalMs) * intervalMs;
    const ahead = this.#unjudged.first;
    // Where something happens after the silence, an alert is resolved in the interval in which it has been quiet enough.
    const until = ahead === Number.POSITIVE_INFINITY ? last : Math.min(last, ahead, this.#resolvesAt(next));
    const silent = (until - next) / intervalMs;
    if (silent > 0 && this.#baseline === null && this.#learningUntil !== null) {
      const wanted = (this.#learningUntil - next) / intervalMs + 1;
      for (let i = 0; i < Math.min(silent, wanted); i += 1) this.#samples.push(EMPTY_SAMPLE);
      this.#concludeLearning(Math.min(this.#learningUntil, until - intervalMs));
    }
    return until;
  }

  /** The first interval from `next` on at whose end an alert has been quiet for long enough; infinite for none. */
  #resolvesAt(next: number): number {
    const { intervalMs } = this.#options;
    return Math.max(next, (Math.floor(quietUntil(this.#book) / intervalMs) + 1) * intervalMs);
  }

  #take(step: AlertStep): void {
    this.#book = step.book;
    for (const transition of step.transitions) this.#options.onTransition(transition);
  }
}

import type { AuditEvent, EventType, Position } from '../model/event.ts';
import type { EventDigest } from '../model/query.ts';
import type { Store } from '../store/store.ts';

/** Events wait for each other up to this many before they go to the store together; more would only grow old. */
const BATCH = 128;

/** Characters of a text that is shown for what was not understood. */
const SHOWN = 200;

/** Events on their way to the store, which takes them together. */
export class WaitingEvents {
  readonly #store: Store;
  readonly #onEvent: (event: AuditEvent) => void;
  #events: AuditEvent[] = [];
  /** How many of them `onEvent` was told of already. */
  #told = 0;
  /** By id, where those that were read as events stand. */
  #carried = new Map<string, { readonly event: AuditEvent; readonly at: Position }>();

  /** `onEvent` is told once of each event that the store did not have. */
  constructor(store: Store, onEvent: (event: AuditEvent) => void) {
    this.#store = store;
    this.#onEvent = onEvent;
  }

  /** Tells of the events that wait: the store is taken not to have them. */
  tell(): void {
    for (; this.#told < this.#events.length; this.#told += 1) {
      const event = this.#events[this.#told];
      if (event !== undefined) this.#onEvent(event);
    }
  }

  /** Whether an event waits that was read as an event: it may be one that is stored. */
  get hasCarried(): boolean {
    return this.#carried.size > 0;
  }

  get areMany(): boolean {
    return this.#events.length >= BATCH;
  }

  add(event: AuditEvent): void {
    this.#events.push(event);
  }

  /** The next event that is added was read as one, at this place. */
  carry(event: AuditEvent, at: Position): void {
    // Another one with its id among those that wait: one of the two has to be looked up.
    if (this.#carried.has(event.id)) this.flush();
    this.#carried.set(event.id, { event, at });
  }

  /** Gives them to the store. */
  flush(): void {
    if (this.#events.length === 0) return;
    const told = new Set(this.#events.slice(0, this.#told));
    for (const event of this.#store.append(this.#events)) {
      if (!told.has(event)) this.#onEvent(event);
      this.#carried.delete(event.id);
    }
    for (const { event, at } of this.#carried.values()) this.takeKnown(event, at);
    this.#events = [];
    this.#told = 0;
    this.#carried.clear();
  }

  /** What the detectors see: what is stored, and what waits to be. */
  digests(since: number, until: number, type: EventType | undefined): readonly EventDigest[] {
    const stored = this.#store.digests(since, until, type);
    const waiting = this.#events.filter(
      (event) => event.time > since && event.time <= until && (type === undefined || event.type === type),
    );
    // They came later, so they stand behind those of their time.
    return waiting.length === 0 ? stored : [...stored, ...waiting].sort((a, b) => a.time - b.time);
  }

  /** An event line whose id is recorded: the same event again adds what it knows; any other was not understood. */
  takeKnown(event: AuditEvent, at: Position): void {
    const { id, details, evidence } = event;
    const known = this.#store.get(id);
    if (known === null || sayTheSame(known, event)) return;
    if (isSameEvent(known, event)) this.#store.amend([{ eventId: id, details, evidence }]);
    else this.#store.addUnreadable([{ at, reason: 'event has the id of another event', text: id.slice(0, SHOWN) }]);
  }
}

/** Which event stands for one on the screen is not part of what it says. */
function sayTheSame(a: AuditEvent, b: AuditEvent): boolean {
  return JSON.stringify({ ...a, foldedInto: '' }) === JSON.stringify({ ...b, foldedInto: '' });
}

function isSameEvent(a: AuditEvent, b: AuditEvent): boolean {
  return a.time === b.time && a.type === b.type && a.source === b.source && a.host === b.host;
}

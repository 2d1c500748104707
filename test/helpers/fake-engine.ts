import type { AuditEvent } from '../../src/model/event.ts';
import type {
  Command,
  EngineFace,
  EventRow,
  EventWindow,
  EventWindowRequest,
  InventoryView,
  PlayerAction,
  ReplayView,
  ViewModel,
} from '../../src/model/view.ts';
import { matches, parseFilter } from '../../src/text/match.ts';
import { someEvents, someInventory, someView } from './fake-data.ts';

/** An engine that holds what a test gives it, and remembers what it was asked. */
export class FakeEngine implements EngineFace {
  readonly commands: Command[] = [];
  readonly #listeners = new Set<() => void>();
  #view: ViewModel | null;
  #inventory: InventoryView;
  #rows: EventRow[] = [];
  #window: EventWindow | null = null;
  #request: EventWindowRequest | null = null;
  /** While true, requests for events are kept waiting. */
  #isHeld = false;

  constructor(
    view: ViewModel | null = someView(),
    inventory: InventoryView = someInventory(),
    events = someEvents(40),
  ) {
    this.#view = view;
    this.#inventory = inventory;
    this.addEvents(events);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  view(): ViewModel | null {
    return this.#view;
  }

  inventory(): InventoryView {
    return this.#inventory;
  }

  events(): EventWindow | null {
    return this.#window;
  }

  send(command: Command): void {
    this.commands.push(command);
    if (command.kind === 'events') {
      this.#request = command.request;
      if (!this.#isHeld) this.#answer();
    } else {
      this.#play(command.action);
    }
  }

  /** Player actions that were asked for. */
  get playerActions(): readonly PlayerAction[] {
    return this.commands.flatMap((command) => (command.kind === 'player' ? [command.action] : []));
  }

  /** Windows that were asked for. */
  get requests(): readonly EventWindowRequest[] {
    return this.commands.flatMap((command) => (command.kind === 'events' ? [command.request] : []));
  }

  /** Keeps the answers to event requests back, as a busy engine does, until it is called with false. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (!isHeld) this.#answer();
  }

  setView(change: Partial<ViewModel>): void {
    this.#view = { ...(this.#view ?? someView()), ...change };
    this.#notify();
  }

  setInventory(inventory: InventoryView): void {
    this.#inventory = inventory;
    this.#notify();
  }

  /** Records events as the engine does: the view counts them. */
  addEvents(events: readonly AuditEvent[]): void {
    const next = (this.#rows[this.#rows.length - 1]?.seq ?? 0) + 1;
    this.#rows = [...this.#rows, ...events.map((event, index) => ({ seq: next + index, event, stands: 0 }))];
    this.#count(0);
  }

  /** Lets the oldest events go, as a full store does. */
  shed(count: number): void {
    this.#rows = this.#rows.slice(count);
    this.#count(count);
  }

  #count(shed: number): void {
    if (this.#view === null) return;
    const seen = this.#rows[this.#rows.length - 1]?.seq ?? 0;
    const events = { stored: this.#rows.length, shed: this.#view.events.shed + shed, seen, changes: seen };
    this.#view = { ...this.#view, events };
    this.#notify();
  }

  #play(action: PlayerAction): void {
    const replay = this.#view?.replay;
    if (replay === null || replay === undefined) return;
    this.setView({ replay: played(replay, action) });
  }

  #answer(): void {
    const request = this.#request;
    if (request === null) return;
    const filter = parseFilter(request.filter);
    const { ceiling, limit } = request;
    const inSight = this.#rows.filter(({ seq }) => ceiling === null || seq <= ceiling);
    const matching = inSight.filter(({ event }) => matches(filter, eventTexts(event)));
    const rows = request.folded ? foldRows(matching) : matching;
    const offset = request.offset ?? Math.max(0, rows.length - limit);
    this.#window = {
      request,
      matching: rows.length,
      folded: matching.length - rows.length,
      total: this.#rows.length,
      offset,
      rows: rows.slice(offset, offset + limit),
      newest: this.#rows[this.#rows.length - 1]?.seq ?? 0,
    };
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The rows that no other stands for, each with how many it stands for. */
function foldRows(rows: readonly EventRow[]): readonly EventRow[] {
  const stands = new Map<string, number>();
  for (const { event } of rows) {
    if (event.foldedInto !== undefined) stands.set(event.foldedInto, (stands.get(event.foldedInto) ?? 0) + 1);
  }
  return rows
    .filter(({ event }) => event.foldedInto === undefined)
    .map((row) => ({ ...row, stands: stands.get(row.event.id) ?? 0 }));
}

function eventTexts(event: AuditEvent): readonly string[] {
  return [event.type, event.severity, event.source, event.host, event.id, JSON.stringify(event.details)];
}

function played(replay: ReplayView, action: PlayerAction): ReplayView {
  switch (action.kind) {
    case 'toggle':
      return { ...replay, state: replay.state === 'playing' ? 'paused' : 'playing' };
    case 'faster':
      return { ...replay, speed: replay.speed * 2 };
    case 'slower':
      return { ...replay, speed: replay.speed / 2 };
    case 'seek':
      return { ...replay, cursor: Math.min(replay.end, Math.max(replay.start, replay.cursor + action.steps * 10_000)) };
    case 'seekTo':
      return { ...replay, cursor: action.time };
    case 'mark':
    case 'step':
      return { ...replay, state: 'paused' };
  }
}

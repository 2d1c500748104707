import { Worker } from 'node:worker_threads';
import {
  type Command,
  EMPTY_INVENTORY,
  type EngineFace,
  type EventWindow,
  type InventoryView,
  type ViewModel,
} from '../model/view.ts';
import type { EngineConfig } from './config.ts';
import type { EngineTask, FromEngine, ToEngine } from './messages.ts';

/** How the engine ended: what to exit with and, if it failed, why. */
export interface EngineEnd {
  readonly exitCode: number;
  readonly message: string | null;
}

/** The engine in its worker, as the screen's thread sees it. */
export class EngineClient implements EngineFace {
  #worker: Worker;
  #listeners = new Set<() => void>();
  #view: ViewModel | null = null;
  #inventory: InventoryView = EMPTY_INVENTORY;
  #events: EventWindow | null = null;
  #start: PromiseWithResolvers<boolean> = Promise.withResolvers();
  #end: PromiseWithResolvers<EngineEnd> = Promise.withResolvers();

  /** `entry` is the file that threads are started from: in a worker, it runs the engine (see thread.ts). */
  constructor(entry: URL, config: EngineConfig) {
    this.#worker = new Worker(entry, { workerData: { role: 'engine', config } satisfies EngineTask });
    this.#worker.on('message', (message: FromEngine) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error.message : 'its thread ended'));
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
    return this.#events;
  }

  send(command: Command): void {
    this.#post({ kind: 'command', command });
  }

  /** Resolves to true with the first view, to false when the engine cannot start; {@link stop} then says why. */
  get started(): Promise<boolean> {
    return this.#start.promise;
  }

  /** Ends the engine: everything recorded is on disk when this resolves. */
  async stop(): Promise<EngineEnd> {
    this.#post({ kind: 'stop' });
    const end = await this.#end.promise;
    await this.#worker.terminate();
    return end;
  }

  #post(message: ToEngine): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromEngine): void {
    if (message.kind === 'view') this.#view = message.view;
    else if (message.kind === 'inventory') this.#inventory = message.inventory;
    else if (message.kind === 'events') this.#events = message.events;
    else if (message.message !== null) this.#fail(message.message, message.exitCode);
    else this.#end.resolve({ exitCode: message.exitCode, message: null });
    this.#start.resolve(message.kind !== 'stopped');
    this.#notify();
  }

  /** It could not start, or not go on: what was on the screen stays there, under a banner that says so. */
  #fail(message: string, exitCode = 3): void {
    this.#end.resolve({ exitCode, message });
    this.#start.resolve(false);
    if (this.#view !== null) this.#view = { ...this.#view, banner: `The engine failed: ${message}`, ended: true };
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

import type { EventWindowRequest } from '../model/view.ts';
import type { FromEngine } from './messages.ts';
import type { Pipeline } from './pipeline.ts';
import { buildInventory, buildView, type ViewExtras } from './view.ts';

/** Data reaches the screen at most four times a second; more would only cost CPU (see docs/performance.md). */
const PUBLISH_MS = 250;

/** Sends what changed to the screen: coalesced, except for answers to what it asked. */
export class Publisher {
  #post: (message: FromEngine) => void;
  #extras: () => ViewExtras;
  #pipeline: Pipeline;
  #sentInventory: Pipeline['inventory'] | undefined;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #last = 0;

  constructor(pipeline: Pipeline, extras: () => ViewExtras, post: (message: FromEngine) => void) {
    this.#pipeline = pipeline;
    this.#extras = extras;
    this.#post = post;
  }

  /** Shows another pipeline from now on. */
  show(pipeline: Pipeline): void {
    if (this.#pipeline === pipeline) return;
    this.#pipeline = pipeline;
    this.#sentInventory = undefined;
  }

  /** Something changed: send it soon. */
  changed(): void {
    if (this.#timer !== null) return;
    const wait = Math.max(0, this.#last + PUBLISH_MS - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.now();
    }, wait);
  }

  /** Sends the state at once: the first frame, and the answer to a key. */
  now(): void {
    this.#last = Date.now();
    if (this.#sentInventory !== this.#pipeline.inventory) {
      this.#sentInventory = this.#pipeline.inventory;
      this.#post({ kind: 'inventory', inventory: buildInventory(this.#pipeline) });
    }
    this.#post({ kind: 'view', view: buildView(this.#pipeline, this.#extras()) });
  }

  /** Answers a request for rows at once. */
  answer(request: EventWindowRequest): void {
    this.#post({ kind: 'events', events: this.#pipeline.store.window(request) });
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

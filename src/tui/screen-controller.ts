import type { EngineFace } from '../model/view.ts';
import { createEventRequests } from './event-requests.ts';
import type { KeyPress } from './key-name.ts';
import type { Size } from './layout.ts';
import type { ScreenData } from './panes/screen-data.ts';
import { createScreenModel, type ScreenModel } from './screen-model.ts';
import { type Effect, press } from './state/press.ts';
import { INITIAL_STATE, type ScreenState } from './state/screen-state.ts';

const FLASH_MS = 4_000;

/** A frame costs ten milliseconds: what the engine says within this time, the rows it was asked for too, is one frame. */
const GATHER_MS = 20;

/** The screen without its drawing: what it shows, and what changes that. */
export interface ScreenController {
  subscribe(listener: () => void): () => void;
  /** Everything needed to draw; the same object while nothing visible changed. */
  snapshot(): ScreenModel;
  press(presses: readonly KeyPress[]): void;
  resize(size: Size): void;
  /** Stops listening to the engine and its timer. */
  dispose(): void;
}

export interface ControllerOptions {
  readonly size: Size;
  /** Whether the event list opens with routine events folded. */
  readonly folded: boolean;
  /** Called for what a key asks beyond the screen and the engine. */
  readonly onEffect: (effect: Exclude<Effect, { readonly kind: 'command' }>) => void;
  /** Calls back after so many milliseconds, unless cancelled: what ends a flash, and gathers what the engine says. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
}

/** A screen over an engine. All state is here, so that every key and every change can be tested without a terminal. */
export function createScreenController(face: EngineFace, options: ControllerOptions): ScreenController {
  const listeners = new Set<() => void>();
  const requests = createEventRequests(face);
  let state: ScreenState = { ...INITIAL_STATE, folded: options.folded };
  let { size } = options;
  let model = createScreenModel({ state, size, live: readData(face), previous: null });
  let cancelFlash = (): void => {};
  let cancelDraw: (() => void) | null = null;

  /** Brings the model up to date and asks for what it needs; true when something that is shown has changed. */
  const follow = (): boolean => {
    const next = createScreenModel({ state, size, live: readData(face), previous: model });
    const isChanged = next !== model;
    // Before anything is asked: an engine in this thread answers at once, and comes back here.
    model = next;
    requests.want(next.eventRequest, next.live);
    return isChanged;
  };

  const draw = (): void => {
    cancelDraw?.();
    cancelDraw = null;
    for (const listener of listeners) listener();
  };

  /** After a key or a new size: at once. */
  const update = (): void => {
    if (follow()) draw();
  };

  const onData = (): void => {
    if (follow()) cancelDraw ??= options.after(GATHER_MS, draw);
  };

  const setState = (next: ScreenState): void => {
    if (next.flash !== null && next.flash !== state.flash) {
      const { flash } = next;
      cancelFlash();
      cancelFlash = options.after(FLASH_MS, () => {
        if (state.flash !== flash) return;
        state = { ...state, flash: null };
        update();
      });
    }
    state = next;
  };

  const unsubscribe = face.subscribe(onData);
  requests.want(model.eventRequest, model.live);

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => model,
    press(presses) {
      for (const key of presses) {
        const outcome = press(state, key, model.pressContext());
        setState(outcome.state);
        for (const effect of outcome.effects) {
          if (effect.kind === 'command') face.send(effect.command);
          else options.onEffect(effect);
        }
        // The next key of the chunk meets the screen that this one made.
        update();
      }
    },
    resize(next) {
      if (next.columns === size.columns && next.rows === size.rows) return;
      size = next;
      update();
    },
    dispose() {
      unsubscribe();
      cancelFlash();
      cancelDraw?.();
      listeners.clear();
    },
  };
}

function readData(face: EngineFace): ScreenData | null {
  const view = face.view();
  return view === null ? null : { view, inventory: face.inventory(), window: face.events() };
}

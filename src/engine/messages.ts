import type { Command, EventWindow, InventoryView, ViewModel } from '../model/view.ts';
import type { EngineConfig } from './config.ts';

/** What the engine's thread is started with. */
export interface EngineTask {
  readonly role: 'engine';
  readonly config: EngineConfig;
}

/** From the screen's thread to the engine's. */
export type ToEngine = { readonly kind: 'command'; readonly command: Command } | { readonly kind: 'stop' };

/** From the engine's thread to the screen's. */
export type FromEngine =
  | { readonly kind: 'view'; readonly view: ViewModel }
  | { readonly kind: 'inventory'; readonly inventory: InventoryView }
  | { readonly kind: 'events'; readonly events: EventWindow }
  /** It is over: the store is closed, and this is what the process should say and exit with. */
  | { readonly kind: 'stopped'; readonly exitCode: number; readonly message: string | null };

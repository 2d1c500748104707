import type { EventWindow, InventoryView, ViewModel } from '../../model/view.ts';

/** What the engine has said last, or when the screen was paused. */
export interface ScreenData {
  readonly view: ViewModel;
  readonly inventory: InventoryView;
  readonly window: EventWindow | null;
}

import type { CheckBounds } from '../../model/check-bounds.ts';
import type { Json } from '../../model/json.ts';
import type { InventoryRows } from '../inventory-rows.ts';
import type { GivenRows } from '../inventory-tables.ts';

/** What a thread that runs SQL of others is started with. */
export interface QueryTask {
  readonly role: 'queries';
  readonly shared: SharedArrayBuffer;
}

/** What it can be asked; one at a time. */
export type QueryRequest =
  | { readonly kind: 'fill'; readonly rows: InventoryRows; readonly bounds: CheckBounds }
  | { readonly kind: 'give'; readonly rows: GivenRows }
  | { readonly kind: 'examine'; readonly sql: string }
  | { readonly kind: 'rows'; readonly sql: string };

/** What it answers; columns for `examine`, rows for `rows`. */
export interface QueryAnswer {
  /** Why it could not, or null. */
  readonly error: string | null;
  readonly columns?: readonly string[];
  readonly rows?: readonly Record<string, Json>[];
}

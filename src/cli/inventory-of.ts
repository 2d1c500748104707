import { DEFAULT_PROFILE } from '../checks/profiles.ts';
import { DEFAULT_LEARN_MS, DEFAULT_MAX_EVENTS, DEFAULT_POLL_MS, DEFAULT_WINDOW_MS } from '../engine/config.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ExitCode } from './exit-code.ts';
import { complainOfLoss, runHeadless } from './headless.ts';
import { inputConfig } from './input.ts';
import type { LookFlags } from './options.ts';

/** Flags of commands that want what a host looked like and no events. */
export interface InventoryFlags extends LookFlags {
  readonly live?: boolean;
}

/** Events are of no interest, so the audit log is not followed. */
const ONE_LOOK = {
  profile: DEFAULT_PROFILE,
  maxEvents: DEFAULT_MAX_EVENTS,
  window: DEFAULT_WINDOW_MS,
  learn: DEFAULT_LEARN_MS,
  interval: DEFAULT_POLL_MS,
  auditLog: false,
} as const;

/** What files or this host look like at their last moment; null where they do not tell. Says what could not be read. */
export async function readInventory(
  paths: readonly string[],
  flags: InventoryFlags,
  entry: URL,
): Promise<{ readonly inventory: Inventory | null; readonly loss: ExitCode }> {
  const run = await runHeadless(inputConfig(paths, { ...ONE_LOOK, ...flags }), { entry, onlyLast: true, forMs: 0 });
  try {
    const loss = complainOfLoss(run);
    return { inventory: run.pipeline.inventory, loss };
  } finally {
    await run.pipeline.store.close();
  }
}

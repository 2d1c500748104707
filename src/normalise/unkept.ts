import type { Inventory, UnkeptProgram } from '../model/inventory.ts';
import type { Section } from '../model/snapshot.ts';

/**
 * So long, ms, may an honest program be seen with nothing that keeps it: its loader ends before it is pinned in a
 * listing or after, and the kernel lets go of what a link attached only after a grace period (bpf_link_free in
 * kernel/bpf/syscall.c), which takes half a second on a busy host.
 */
export const SETTLE_MS = 5000;

/** All that has to be looked at before it can be said that nothing keeps a program. */
const KEEPERS: readonly Section[] = ['programs', 'links', 'net', 'perf', 'processes'];

/** Programs that no attachment, pin or open file is seen to keep; `before` are those of the look before in the same boot. */
export function unkeptPrograms(inventory: Inventory, before: readonly UnkeptProgram[]): readonly UnkeptProgram[] {
  if (!KEEPERS.every((section) => inventory.covers.includes(section))) return [];
  const attached = new Set(inventory.attachments.map(({ programId }) => programId));
  const known = new Map(before.map(({ id, since }) => [id, since]));
  return inventory.programs
    .filter(({ id, owners, pinned }) => !attached.has(id) && owners.length === 0 && pinned.length === 0)
    .map(({ id }) => {
      const since = known.get(id) ?? inventory.time;
      return { id, since, isSettled: inventory.time - since >= SETTLE_MS };
    });
}

import type { CheckRun } from '../model/check.ts';
import type { Inventory } from '../model/inventory.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { complain } from './output.ts';

/** Readings after which unlisted symbols are a finding (docs/decisions/013). */
const SYMBOL_LOOKS = 3;

/** Something that looks hidden and that too few looks have seen to decide. */
export interface OpenVerdict {
  /** The check that leaves it open. */
  readonly check: string;
  /** `program 12`, `probe p:wit/hidden`. Not sanitised. */
  readonly name: string;
}

/**
 * What one view of the kernel shows and another hides, seen by too few looks to tell it from an object that came or went
 * between two listings. Empty when every such object is decided. What another look cannot decide is left out: see the checks.
 */
export function openVerdicts({
  unlisted,
  unlistedSymbols,
  packetSockets,
  kernelHooks,
}: Inventory): readonly OpenVerdict[] {
  const open = (check: string, names: readonly string[]) => names.map((name) => ({ check, name }));
  const hooks = kernelHooks.filter(({ since, isSettled }) => since !== null && !isSettled);
  const [functions, probes] = [true, false].map((isFunction) =>
    hooks.filter(({ view }) => (view === 'enabled_functions') === isFunction),
  );
  const sockets = packetSockets.filter(({ unheldLooks }) => unheldLooks === 1);
  const symbols = (unlistedSymbols?.looks ?? 0) < SYMBOL_LOOKS ? (unlistedSymbols?.names ?? []) : [];
  return [
    ...open(
      'check-unlisted-objects',
      unlisted
        .filter(
          ({ looks, lackedBy, isOfIterator }) => looks === 1 && lackedBy === undefined && isOfIterator === undefined,
        )
        .map(({ kind, id }) => `${kind} ${id}`),
    ),
    ...open(
      'check-unlisted-objects',
      symbols.map((name) => `symbol ${name}`),
    ),
    ...open(
      'check-function-hooks',
      (functions ?? []).map(({ target, handler }) => `hook ${handler} on ${target}`),
    ),
    ...open(
      'check-probe-events',
      (probes ?? []).map(({ handler }) => `probe ${handler}`),
    ),
    ...open(
      'check-packet-sockets',
      sockets.map(({ inode }) => `packet socket ${inode}`),
    ),
  ];
}

/** Objects that one line on stderr names. */
const NAMED = 20;

/** What the checks that were run had to leave open, as a sentence for stderr; null when they left nothing open. */
export function openVerdictText(inventory: Inventory | null, checks: CheckRun | null): string | null {
  const run = new Set(checks?.results.map(({ id }) => id));
  const open = inventory === null ? [] : openVerdicts(inventory).filter(({ check }) => run.has(check));
  if (open.length === 0) return null;
  const named = open.slice(0, NAMED).map(({ name }) => name);
  const more = open.length > NAMED ? `, and ${open.length - NAMED} more` : '';
  return `too few looks to decide whether these are hidden: ${named.join(', ')}${more}; look at the host again`;
}

/** Says that on stderr and gives the exit code for it: a verdict that is not known must not look like a clean host. */
export function complainOfOpenVerdicts(inventory: Inventory | null, checks: CheckRun | null): ExitCode {
  const text = openVerdictText(inventory, checks);
  if (text === null) return EXIT.fine;
  complain(text);
  return EXIT.input;
}

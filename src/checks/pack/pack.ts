import type { CheckDefinition, CheckStatus } from '../../model/check.ts';
import type { Position } from '../../model/event.ts';
import type { Severity } from '../../model/severity.ts';

/** A line of a file, or a whole file. */
export type Place = Pick<Position, 'file' | 'line'>;

/** A row of an inventory table that a test gives: columns that it does not name are NULL. */
export type GivenRow = { readonly [column: string]: string | number | boolean | null };

/** What a check has to say of tables that hold only these rows. */
export interface CheckTest {
  readonly name: string;
  readonly at: Place;
  readonly given: { readonly [table: string]: readonly GivenRow[] };
  readonly status: CheckStatus;
  /** How many violations; null where the test does not say. */
  readonly violations: number | null;
}

/** A check of a user's as its file says it. Whether its SQL can be run is not known here. */
export interface PackCheck {
  readonly definition: CheckDefinition;
  readonly at: Place;
  /** Lines at which its SQL, and that of its discovery, begin. */
  readonly sqlLine: number;
  readonly discoveryLine: number;
  readonly tests: readonly CheckTest[];
}

export interface Fault {
  readonly at: Place;
  readonly reason: string;
}

/** A check that is not taken, with as much of it as is known; one that is a whole file where that cannot be read. */
export interface RefusedCheck {
  readonly at: Place;
  readonly id: string | null;
  readonly name: string | null;
  readonly severity: Severity | null;
  /** At least one. */
  readonly faults: readonly Fault[];
}

/** What a file of checks holds. */
export interface Pack {
  readonly checks: readonly PackCheck[];
  readonly refused: readonly RefusedCheck[];
}

/** A pack of one file that cannot be read at all. */
export function unreadPack(file: string, reason: string, line?: number): Pack {
  const at = line === undefined ? { file } : { file, line };
  return { checks: [], refused: [{ at, id: null, name: null, severity: null, faults: [{ at, reason }] }] };
}

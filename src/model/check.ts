import type { Position } from './event.ts';
import type { JsonObject } from './json.ts';
import type { Severity } from './severity.ts';
import type { Section } from './snapshot.ts';

/**
 * A check: metadata and one SQL statement over the inventory tables. Each row is an object that breaks the rule, with
 * the columns `object_kind`, `object_id`, `object_name`, `message` and, when the rule could not be decided for that
 * object, `undecided` = 1. No rows is a pass.
 */
export interface CheckDefinition {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  readonly description: string;
  readonly rationale: string;
  readonly remedy: string;
  readonly references: readonly string[];
  /** Sections without which the check is inconclusive. */
  readonly needs: readonly Section[];
  /**
   * SQL whose rows say that the check is about anything on this host, as discovery queries of osquery packs do; without
   * rows it is not applicable. Absent: it always is.
   */
  readonly discovery?: string;
  readonly sql: string;
  /** Where a check of a user's stands; absent for one that comes with the program. */
  readonly origin?: Pick<Position, 'file' | 'line'>;
  /** Why a check of a user's cannot be run, with file and line: its verdict is inconclusive for that reason. */
  readonly refused?: string;
}

export const CHECK_STATUSES = ['passed', 'failed', 'inconclusive', 'not-applicable'] as const;

export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** One object that breaks a rule, or (in `undecided`) that could not be judged. */
export interface Violation {
  readonly objectKind: string;
  readonly objectId: number | null;
  readonly objectName: string;
  readonly message: string;
  /** The other columns of the row. */
  readonly fields: JsonObject;
}

/** What somebody decided to live with, and until when. */
export interface CheckException {
  /** Id of the check. */
  readonly check: string;
  /** What a violation has to have to be excepted: `kind`, `id`, `name`, and columns of the check's rows. */
  readonly object: JsonObject;
  readonly reason: string;
  /** Event time, ms, after which it no longer holds. */
  readonly until: number;
}

export interface CheckResult {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  readonly status: CheckStatus;
  readonly violations: readonly Violation[];
  readonly undecided: readonly Violation[];
  /** Violations that are lived with, each with the exception that says so. */
  readonly excepted?: readonly { readonly violation: Violation; readonly exception: CheckException }[];
  /** Exceptions that would cover some of the violations and no longer hold. */
  readonly expired?: readonly CheckException[];
  /** Exceptions that hold and cover none: what they were made for is mended, or they name it wrongly. */
  readonly unused?: readonly CheckException[];
  /** Why it is inconclusive, else null. */
  readonly reason: string | null;
  /** Of a failed one: why it would be inconclusive without its violations. */
  readonly open?: string;
  /** Why the rule matters, and what to do when it is broken: a verdict explains itself wherever it is read. */
  readonly rationale: string;
  readonly remedy: string;
  readonly references: readonly string[];
  readonly durationMs: number;
}

/** Which profile judged: its name, and the file that it was read from, null for one that comes with the program. */
export interface ProfileName {
  readonly name: string;
  readonly file: string | null;
}

export type OverallStatus = 'pass' | 'fail' | 'inconclusive';

export interface CheckRun {
  /** Event time of the inventory that was judged. */
  readonly time: number;
  readonly results: readonly CheckResult[];
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly notApplicable: number;
  /** `fail` when any failed; `inconclusive` when none failed and some could not look; else `pass`. */
  readonly overall: OverallStatus;
  /** The worst severity among the failed, or null. */
  readonly highestSeverity: Severity | null;
}

/** A check run as trends keep it. */
export interface CheckRunSummary {
  readonly time: number;
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
}

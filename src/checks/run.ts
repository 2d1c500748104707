import type { CheckDefinition, CheckResult, CheckRun, CheckStatus, OverallStatus, Violation } from '../model/check.ts';
import type { Json } from '../model/json.ts';
import { highestSeverity } from '../model/severity.ts';
import type { Section } from '../model/snapshot.ts';

export type Row = Readonly<Record<string, Json>>;

/** The rows of a statement of a check. Throws an Error that says why it cannot be run. */
export type CheckQuery = (sql: string, definition: CheckDefinition) => readonly Row[];

/**
 * Runs checks over the inventory that `query` reads (lab 17.3, step 2.2). `covers` says which sections were looked at;
 * `time` is the inventory's; `stopwatch` gives milliseconds and is only used for durations.
 *
 * A row that is not undecided makes a check failed. Else it is inconclusive when a row is undecided, when a section it
 * needs was not looked at, when its SQL cannot be run, or when it was refused; it is not run where nothing was looked at. Else it is not
 * applicable when its discovery finds nothing, and else it passed.
 */
export function runChecks(
  definitions: readonly CheckDefinition[],
  query: CheckQuery,
  covers: readonly Section[],
  time: number,
  stopwatch: () => number,
): CheckRun {
  return summarise(
    time,
    definitions.map((definition) => runCheck(definition, query, covers, stopwatch)),
  );
}

/** The run that these results are of. */
export function summarise(time: number, results: readonly CheckResult[]): CheckRun {
  const withStatus = (status: CheckStatus) => results.filter((result) => result.status === status);
  const failed = withStatus('failed');
  const inconclusive = withStatus('inconclusive').length;
  return {
    time,
    results,
    total: results.length,
    passed: withStatus('passed').length,
    failed: failed.length,
    inconclusive,
    notApplicable: withStatus('not-applicable').length,
    overall: overallOf(failed.length, inconclusive),
    highestSeverity: highestSeverity(failed.map((result) => result.severity)),
  };
}

function runCheck(
  definition: CheckDefinition,
  query: CheckQuery,
  covers: readonly Section[],
  stopwatch: () => number,
): CheckResult {
  const start = stopwatch();
  const missing = definition.needs.filter((section) => !covers.includes(section));
  let rows: readonly Row[] = [];
  let reason = definition.refused ?? notLookedAt(missing, covers);
  let applies = true;
  try {
    if (reason === null && definition.discovery !== undefined)
      applies = query(definition.discovery, definition).length > 0;
    // Where nothing was looked at, rows would be of no host: what is missing would pass for what is wrong.
    if (applies && covers.length > 0 && definition.refused === undefined) rows = query(definition.sql, definition);
  } catch (error) {
    reason = `the check could not be run: ${error instanceof Error ? error.message : String(error)}`;
  }
  const violations = rows.filter((row) => !isUndecided(row)).map(violationOf);
  const undecided = rows.filter(isUndecided).map(violationOf);
  const [first] = undecided;
  if (reason === null && first !== undefined) {
    reason = `could not be judged: ${objectOf(first)} ${first.message}${othersOf(undecided.slice(1))}`;
  }
  const status = statusOf(violations, reason, applies);
  return {
    id: definition.id,
    name: definition.name,
    severity: definition.severity,
    status,
    violations,
    undecided,
    reason: status === 'inconclusive' ? reason : null,
    ...(status === 'failed' && reason !== null ? { open: reason } : {}),
    rationale: definition.rationale,
    remedy: definition.remedy,
    references: definition.references,
    durationMs: stopwatch() - start,
  };
}

/** Objects that a reason names after the first one; more are counted. */
const NAMED = 20;

function objectOf({ objectKind, objectId, objectName }: Violation): string {
  return [objectKind, objectName || objectId].filter((part) => part !== null && part !== '').join(' ');
}

function othersOf(others: readonly Violation[]): string {
  if (others.length === 0) return '';
  const more = others.length > NAMED ? `, and ${others.length - NAMED} others` : '';
  return `, and ${others.length} more: ${others.slice(0, NAMED).map(objectOf).join(', ')}${more}`;
}

function statusOf(violations: readonly Violation[], reason: string | null, applies: boolean): CheckStatus {
  if (violations.length > 0) return 'failed';
  if (reason !== null) return 'inconclusive';
  return applies ? 'passed' : 'not-applicable';
}

function notLookedAt(missing: readonly Section[], covers: readonly Section[]): string | null {
  if (missing.length > 0) return `not looked at: ${missing.join(', ')}`;
  return covers.length === 0 ? 'nothing was looked at' : null;
}

function overallOf(failed: number, inconclusive: number): OverallStatus {
  if (failed > 0) return 'fail';
  return inconclusive > 0 ? 'inconclusive' : 'pass';
}

function isUndecided(row: Row): boolean {
  return row.undecided !== undefined && row.undecided !== null && row.undecided !== 0;
}

/** The columns that {@link violationOf} knows: all others are evidence, and stand in `fields`. */
const OWN_COLUMNS: readonly string[] = ['object_kind', 'object_id', 'object_name', 'message', 'undecided'];

/** Names of the `fields` that the violations of a check have whose statement gives these columns. */
export function fieldNames(columns: readonly string[]): readonly string[] {
  return columns.filter((column) => !OWN_COLUMNS.includes(column));
}

function violationOf(row: Row): Violation {
  const { object_kind: kind, object_id: id, object_name: name, message, undecided: _, ...fields } = row;
  return {
    objectKind: textOf(kind),
    objectId: typeof id === 'number' ? id : null,
    objectName: textOf(name),
    message: textOf(message),
    fields,
  };
}

function textOf(value: Json | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

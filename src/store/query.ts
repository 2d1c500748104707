import type { SqlValue } from 'sql.js';
import { EVENT_TYPES } from '../model/event.ts';
import type { EventCriteria } from '../model/query.ts';
import { SEVERITIES } from '../model/severity.ts';
import { severityCode, typeCode } from './codes.ts';
import type { Counts } from './counts.ts';
import type { Folds } from './folds.ts';
import type { Names } from './names.ts';
import { type Condition, searchCondition } from './search.ts';

/** A type and a severity, by their codes. */
type Kind = readonly [type: number, severity: number];

/** A query that walks one index may have to pass this many events that do not match for each one it is asked for. */
const DENSE = 4;

/**
 * The statement for criteria, over one segment: `seq` and `time` of the events, newest first (by time, then by arrival); null when no
 * event can match. Throws a RangeError for a type or severity that there is not.
 *
 * Which index is walked is decided here from the counts, as SQLite has no statistics on data that change by the second
 * and takes a bad plan even after ANALYZE (a range on severity beside one on time). When few types and severities are
 * wanted, each pair is an arm of its own, which one index answers in order, and SQLite merges the arms.
 */
export function queryStatement(criteria: EventCriteria, { names, folds, tally }: Counts): Condition | null {
  const source = criteria.source === undefined ? null : names.find(criteria.source);
  if (criteria.source !== undefined && source === null) return null;
  const kinds = wantedKinds(criteria).filter(([type, severity]) => tally.kind(type, severity) > 0);
  const wanted = kinds.reduce((sum, [type, severity]) => sum + tally.kind(type, severity), 0);
  if (wanted === 0) return null;
  const bySource = criteria.source === undefined ? Number.POSITIVE_INFINITY : names.uses(criteria.source);
  const all = Object.values(tally.bySeverity()).reduce((sum, count) => sum + count, 0);
  const times = timeConditions(criteria);
  const rest = restConditions(criteria, source, names, folds);
  const limit = criteria.limit === undefined ? -1 : Math.max(0, Math.trunc(criteria.limit));

  let arms: Condition[];
  if (bySource <= wanted) {
    arms = [select('event_by_source', [kindCondition(kinds), ...times, ...rest])];
  } else if (wanted * DENSE < all) {
    arms = kinds.map(([type, severity]) =>
      select('event_by_kind', [{ sql: 'type = ? AND severity = ?', parameters: [type, severity] }, ...times, ...rest]),
    );
  } else {
    arms = [select('event_by_time', [...times, ...(wanted === all ? [] : [kindCondition(kinds)]), ...rest])];
  }
  return {
    sql: `${arms.map((arm) => arm.sql).join(' UNION ALL ')} ORDER BY time DESC, seq DESC LIMIT ?`,
    parameters: [...arms.flatMap((arm) => arm.parameters), limit],
  };
}

function wantedKinds(criteria: EventCriteria): Kind[] {
  const types = new Set(criteria.types === undefined ? EVENT_TYPES.keys() : criteria.types.map(typeCode));
  const minimum = criteria.minSeverity === undefined ? 0 : severityCode(criteria.minSeverity);
  return [...types].flatMap((type) =>
    [...SEVERITIES.keys()].filter((severity) => severity >= minimum).map((severity): Kind => [type, severity]),
  );
}

function kindCondition(kinds: readonly Kind[]): Condition {
  const codes = kinds.map(([type, severity]) => type * SEVERITIES.length + severity);
  return {
    sql: `type * ${SEVERITIES.length} + severity IN (SELECT value FROM json_each(?))`,
    parameters: [JSON.stringify(codes)],
  };
}

function timeConditions(criteria: EventCriteria): Condition[] {
  const conditions: Condition[] = [];
  if (criteria.since !== undefined) conditions.push({ sql: 'time > ?', parameters: [criteria.since] });
  if (criteria.until !== undefined) conditions.push({ sql: 'time < ?', parameters: [criteria.until] });
  return conditions;
}

function restConditions(criteria: EventCriteria, source: number | null, names: Names, folds: Folds): Condition[] {
  const search = criteria.search === undefined ? null : searchCondition(criteria.search, names);
  const conditions: Condition[] = source === null ? [] : [{ sql: 'source = ?', parameters: [source] }];
  const orphans = criteria.folded === true ? folds.orphans() : null;
  if (orphans !== null) {
    // What is folded into an event that is gone shows itself.
    const sql = '(head IS NULL OR head IN (SELECT value FROM json_each(?)))';
    conditions.push({ sql, parameters: [JSON.stringify(orphans)] });
  }
  return search === null ? conditions : [...conditions, search];
}

function select(index: string, conditions: readonly Condition[]): Condition {
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  const parameters: SqlValue[] = conditions.flatMap((condition) => [...condition.parameters]);
  return { sql: `SELECT seq, time FROM event INDEXED BY ${index}${where}`, parameters };
}

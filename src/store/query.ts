import { EVENT_TYPES } from '../model/event.ts';
import type { EventCriteria } from '../model/query.ts';
import { SEVERITIES } from '../model/severity.ts';
import { parseFilter } from '../text/match.ts';
import { severityCode, typeCode } from './codes.ts';
import type { Counts } from './counts.ts';
import { TextSearch } from './search.ts';
import type { Segment } from './segment.ts';

/** Criteria in the codes that columns hold, so that they can be asked of each segment. */
export interface Query {
  /** 1 at `type * SEVERITIES.length + severity` for those that are wanted. */
  readonly kinds: Uint8Array;
  /** Null for any. */
  readonly source: number | null;
  /** Times that the events lie between, neither included. */
  readonly since: number;
  readonly until: number;
  /** Whether events that are folded into this one are left out; null where none is. */
  readonly isHidden: ((head: number) => boolean) | null;
  /** What the texts have to match: the only thing that columns do not know. */
  readonly text: TextSearch | null;
}

/** What is asked for; null when no event can match. Throws a RangeError for a type or severity that there is not. */
export function queryOf(criteria: EventCriteria, { names, folds, tally }: Counts): Query | null {
  const source = criteria.source === undefined ? null : names.find(criteria.source);
  if (criteria.source !== undefined && source === null) return null;
  const types = criteria.types === undefined ? [...EVENT_TYPES.keys()] : criteria.types.map(typeCode);
  const minimum = criteria.minSeverity === undefined ? 0 : severityCode(criteria.minSeverity);
  const kinds = new Uint8Array(EVENT_TYPES.length * SEVERITIES.length);
  for (const type of types) {
    for (let severity = minimum; severity < SEVERITIES.length; severity += 1) {
      if (tally.kind(type, severity) > 0) kinds[type * SEVERITIES.length + severity] = 1;
    }
  }
  if (!kinds.includes(1)) return null;
  const filter = parseFilter(criteria.search ?? '');
  return {
    kinds,
    source,
    since: criteria.since ?? Number.NEGATIVE_INFINITY,
    until: criteria.until ?? Number.POSITIVE_INFINITY,
    isHidden: criteria.folded === true && folds.hidesSome ? (head) => folds.isHidden(head) : null,
    text: filter === null ? null : new TextSearch(filter, names),
  };
}

/** Places of the events of a segment that match, newest first (by time, then by arrival), as far as they are asked for. */
export function matching(segment: Segment, query: Query): Iterable<number> {
  const places = placesOf(segment, query);
  return query.text === null ? places : query.text.matching(segment, places);
}

function* placesOf({ order, columns }: Segment, { kinds, source, since, until, isHidden }: Query): Iterable<number> {
  const { types, severities, sources, heads } = columns;
  const start = order.rank(since, Number.POSITIVE_INFINITY);
  for (let index = order.rank(until, Number.NEGATIVE_INFINITY) - 1; index >= start; index -= 1) {
    const place = order.placeAt(index);
    const kind = (types[place] ?? 0) * SEVERITIES.length + (severities[place] ?? 0);
    if (kinds[kind] !== 1 || (source !== null && sources[place] !== source)) continue;
    if (isHidden === null || !isHidden(heads[place] ?? 0)) yield place;
  }
}

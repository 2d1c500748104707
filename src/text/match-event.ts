import type { AuditEvent } from '../model/event.ts';
import type { EventCriteria } from '../model/query.ts';
import { isAtLeast } from '../model/severity.ts';
import { type Filter, matches, parseFilter } from './match.ts';

/**
 * Whether an event meets criteria, for events that are not in a store; the store's query finds the same. `limit` is
 * the caller's. Make the test once and use it for many events.
 */
export function eventTest(criteria: EventCriteria): (event: AuditEvent) => boolean {
  const { types, minSeverity, since, until, source, search, folded } = criteria;
  const filter = parseFilter(search ?? '');
  return (event) =>
    (types === undefined || types.includes(event.type)) &&
    (minSeverity === undefined || isAtLeast(event.severity, minSeverity)) &&
    (since === undefined || event.time > since) &&
    (until === undefined || event.time < until) &&
    (source === undefined || event.source === source) &&
    (folded !== true || event.foldedInto === undefined) &&
    (filter === null || holds(filter, event));
}

/** Details are searched as JSON, for the text as it is and as JSON writes it. */
function holds({ needle, inverted }: Filter, event: AuditEvent): boolean {
  const details = JSON.stringify(event.details);
  const texts = [event.type, event.severity, event.source, event.host, event.id, details];
  const written = JSON.stringify(needle).slice(1, -1);
  const found =
    matches({ needle, inverted: false }, texts) || matches({ needle: written, inverted: false }, [event.id, details]);
  return found !== inverted;
}

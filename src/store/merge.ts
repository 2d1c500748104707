import type { Amendment, AuditEvent, Evidence } from '../model/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { isAtLeast } from '../model/severity.ts';

/** Objects are merged this deep (`actor`, `object` and what is in them); below that the older value stays. */
const MAX_DEPTH = 4;

/** The event as both looks together have it. */
export function amended(event: AuditEvent, { severity, summary, details, evidence }: Amendment): AuditEvent {
  const merged = mergeDetails(event.details, details);
  return {
    ...event,
    severity: severity !== undefined && isAtLeast(severity, event.severity) ? severity : event.severity,
    details: summary === undefined ? merged : { ...merged, summary },
    evidence: mergeEvidence(event.evidence, evidence),
  };
}

/**
 * Details completed by a second look: what is known stays, what is null or absent is taken from `more`, and objects on
 * both sides are merged the same way.
 */
export function mergeDetails(known: JsonObject, more: JsonObject, depth = MAX_DEPTH): JsonObject {
  const added = Object.entries(more).filter(([key]) => !Object.hasOwn(known, key));
  const kept = Object.entries(known).map(([key, value]): [string, Json] => {
    const other = Object.hasOwn(more, key) ? more[key] : undefined;
    if (other === undefined) return [key, value];
    if (value === null) return [key, other];
    return [
      key,
      depth > 1 && isJsonObject(value) && isJsonObject(other) ? mergeDetails(value, other, depth - 1) : value,
    ];
  });
  // fromEntries defines properties, so that a hostile `__proto__` key stays an ordinary one.
  return Object.fromEntries([...kept, ...added]);
}

/** An event that is told again and again keeps the first pieces: each more would make all later ones slower. */
export const MAX_EVIDENCE = 64;

/** Evidence with more of it after, up to {@link MAX_EVIDENCE}; a piece that is there already is not added again. */
export function mergeEvidence(known: readonly Evidence[], more: readonly Evidence[]): readonly Evidence[] {
  if (known.length >= MAX_EVIDENCE) return known;
  const seen = new Set(known.map((piece) => JSON.stringify(piece)));
  const added = more.filter((piece) => !seen.has(JSON.stringify(piece)));
  return [...known, ...added.slice(0, MAX_EVIDENCE - known.length)];
}

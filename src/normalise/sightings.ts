import type { Amendment, AuditEvent } from '../model/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { isAtLeast, type Severity } from '../model/severity.ts';
import { label } from './diff-draft.ts';
import { Recent } from './recent.ts';

/** Two sources that report one load or unload do so within this time of each other. */
const WINDOW_MS = 60_000;

/** Loads and unloads remembered at least for their second sighting. */
const REMEMBERED = 8192;

interface Sighting {
  readonly eventId: string;
  readonly time: number;
  readonly source: string;
  readonly severity: Severity;
  readonly details: JsonObject;
}

/**
 * Remembers program loads and unloads, so that one that both bpftool and the audit log saw, in whichever order, is one
 * event with two pieces of evidence. Forget all on a new boot: ids start again.
 */
export class Sightings {
  #seen = new Recent<Sighting>(REMEMBERED);

  /**
   * The amendment to the event that another source has already reported, or null when this is the first sighting, which
   * is then remembered.
   */
  match(event: AuditEvent): Amendment | null {
    const key = keyOf(event);
    if (key === null) return null;
    const first = this.#seen.get(key);
    if (first !== undefined && first.source !== event.source && Math.abs(first.time - event.time) <= WINDOW_MS) {
      this.#seen.delete(key);
      return {
        eventId: first.eventId,
        ...(isAtLeast(first.severity, event.severity) ? {} : { severity: event.severity }),
        summary:
          first.source === 'audit' ? together(first.details, event.details) : together(event.details, first.details),
        details: news(first.details, event),
        evidence: event.evidence,
      };
    }
    const { id: eventId, time, source, severity, details } = event;
    this.#seen.set(key, { eventId, time, source, severity, details });
    return null;
  }

  clear(): void {
    this.#seen.clear();
  }
}

/** Host, what happened, and the program's id; null for what has no id or did not happen. */
function keyOf(event: AuditEvent): string | null {
  if (event.type !== 'program-load' && event.type !== 'program-unload') return null;
  const { object, result } = event.details;
  if (!isJsonObject(object) || object.kind !== 'program' || typeof object.id !== 'number') return null;
  if (isJsonObject(result) && result.success === false) return null;
  return JSON.stringify([event.host, event.type, object.id]);
}

/** Who did it, as the audit log says, to what, as bpftool says, and what that can do to others. */
function together(audit: JsonObject, tool: JsonObject): string {
  const { id, name, type } = isJsonObject(tool.object) ? tool.object : {};
  const program = label('program', { id: Number(id), name: String(name ?? ''), type: String(type ?? '') });
  const told = String(audit.summary).replace(`program ${id}`, () => program);
  const { dangerousHelpers } = tool;
  return Array.isArray(dangerousHelpers) ? `${told}; it calls ${dangerousHelpers.join(', ')}` : told;
}

/**
 * What the second sighting knows and the first did not. The audit log knows who made the call, bpftool who holds the
 * program now: where those are two processes the caller stands beside the actor, and is not mixed into it.
 */
function news(known: JsonObject, { details: seen }: AuditEvent): JsonObject {
  const details: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(seen)) {
    const before = known[key];
    if (before === undefined) details[key] = value;
    else if (!isJsonObject(before) || !isJsonObject(value)) continue;
    else if (key === 'actor' && areTwo(before, value)) details[seen.audit === undefined ? 'holder' : 'caller'] = value;
    else details[key] = { ...value, ...before };
  }
  return details;
}

/** False where one of them has no pid: bpftool alone knows only the uid that loaded. */
function areTwo(a: JsonObject, b: JsonObject): boolean {
  return a.pid !== undefined && b.pid !== undefined && a.pid !== b.pid;
}

import type { Amendment, AuditEvent } from '../model/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { isAtLeast, type Severity } from '../model/severity.ts';
import { hasWorked } from './actor-details.ts';
import type { Boots } from './boots.ts';
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
 * event with two pieces of evidence. So is one that stands twice in a journal: as the kernel printed it, with a serial,
 * and as journald took it, without. Never across a boot: ids start again.
 */
export class Sightings {
  #seen = new Recent<Sighting>(REMEMBERED);
  readonly #boots: Boots;

  constructor(boots: Boots) {
    this.#boots = boots;
  }

  /**
   * The amendment to the event that another source has already reported, or null when this is the first sighting, which
   * is then remembered.
   */
  match(event: AuditEvent): Amendment | null {
    const key = this.#keyOf(event);
    if (key === null) return null;
    const first = this.#seen.get(key);
    if (first !== undefined && isOther(first, event) && Math.abs(first.time - event.time) <= WINDOW_MS) {
      this.#seen.delete(key);
      return {
        eventId: first.eventId,
        ...(isAtLeast(first.severity, event.severity) ? {} : { severity: event.severity }),
        ...(first.source === event.source ? {} : { summary: summaryOf(first, event) }),
        details: news(first.details, event),
        evidence: event.evidence,
      };
    }
    const { id: eventId, time, source, severity, details } = event;
    this.#seen.set(key, { eventId, time, source, severity, details });
    return null;
  }

  /** Boot, host, what happened, and the program's id; null for what has no id or did not happen. */
  #keyOf({ type, host, details }: AuditEvent): string | null {
    if (type !== 'program-load' && type !== 'program-unload') return null;
    const { object } = details;
    if (!isJsonObject(object) || object.kind !== 'program' || typeof object.id !== 'number') return null;
    return hasWorked(details) ? `${type} ${this.#boots.key(host, object.id)}` : null;
  }
}

/** Whether two sightings may be of one thing: one source does not tell of it twice, except with and without a serial. */
function isOther(first: Sighting, event: AuditEvent): boolean {
  if (first.source !== event.source) return true;
  const serials = [first.details.audit, event.details.audit].map((audit) => (isJsonObject(audit) ? audit.serial : 0));
  return serials.filter((serial) => serial === null).length === 1;
}

function summaryOf(first: Sighting, event: AuditEvent): string {
  return first.source === 'audit' ? together(first.details, event.details) : together(event.details, first.details);
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
    else details[key] = { ...value, ...withoutNulls(before) };
  }
  return details;
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** False where one of them has no pid: bpftool alone knows only the uid that loaded. */
function areTwo(a: JsonObject, b: JsonObject): boolean {
  return a.pid !== undefined && b.pid !== undefined && a.pid !== b.pid;
}

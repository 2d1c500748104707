import type { AuditEvent, EventDraft } from '../model/event.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { hash128 } from './hash128.ts';

/** The 48 bits that a UUIDv7 has for its time. */
const MAX_TIME = 2 ** 48 - 1;

/**
 * Gives a draft its id: a UUIDv7 (RFC 9562, section 5.7) whose 74 free bits are a hash of {@link identityOf} and of
 * `ordinal`, which tells events apart that are otherwise equal. Nothing random enters, so what was seen live and is
 * replayed keeps its id, and sorts by its time.
 */
export function identify(draft: EventDraft, ordinal: number): AuditEvent {
  return { id: eventId(draft.time, identityOf(draft), ordinal), ...draft };
}

/**
 * What makes an event this event and no other: host, time, type, who reported it, the object, the command, and the
 * audit serial (with time and node it names one audit event). How it was carried here (evidence, capture) must not
 * count, or a replay would give other ids than the live run.
 */
export function identityOf(draft: EventDraft): string {
  const { details } = draft;
  const object = objectAt(details, 'object');
  const audit = objectAt(details, 'audit');
  return JSON.stringify([
    draft.host,
    draft.time,
    draft.type,
    draft.source,
    object?.kind ?? null,
    object?.id ?? null,
    object?.name ?? null,
    object?.key ?? null,
    objectAt(details, 'command')?.number ?? null,
    audit?.node ?? null,
    audit?.serial ?? null,
  ]);
}

/** The id of an event with this time and identity. Times that 48 bits cannot hold are cut to the nearest they can. */
export function eventId(time: number, identity: string, ordinal: number): string {
  const [a, b, c] = hash128(ordinal === 0 ? identity : `${identity}#${ordinal}`);
  const milliseconds = Number.isNaN(time) ? 0 : Math.min(MAX_TIME, Math.max(0, Math.floor(time)));
  const stamp = hex(milliseconds, 12);
  const variant = hex((0x8000 | (b >>> 18)) & 0xffff, 4);
  const tail = hex(((b & 0xffff) >>> 0) * 2 ** 32 + c, 12);
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex(a >>> 20, 3)}-${variant}-${tail}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function objectAt(details: JsonObject, key: string): JsonObject | null {
  const value: Json | undefined = details[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

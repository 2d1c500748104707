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
 *
 * Where there is no serial, time alone does not tell two events apart: a journal's text has whole seconds, and agents'
 * times are cut to milliseconds. There what was said counts too, or one process could hide behind another.
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
    ...wordsOf(draft),
  ]);
}

/** True for an event of audit records that were written without their serial. */
export function lacksSerial({ details }: EventDraft): boolean {
  return objectAt(details, 'audit')?.serial === null;
}

/** What was said of an event that has no number of its own; nothing for others, whose ids stay what they were. */
function wordsOf(draft: EventDraft): readonly Json[] {
  const text = draft.evidence[0]?.text ?? '';
  if (lacksSerial(draft)) return [text];
  if (objectAt(draft.details, 'agent') === null) return [];
  // What carries an agent's JSON may write its own time before it.
  return [draft.details, text.slice(Math.max(0, text.indexOf('{')))];
}

/** The id of an event with this time and identity. Times that 48 bits cannot hold are cut to the nearest they can. */
export function eventId(time: number, identity: string, ordinal: number): string {
  const [a, b, c] = hash128(ordinal === 0 ? identity : `${identity}#${ordinal}`);
  const milliseconds = Number.isNaN(time) ? 0 : Math.min(MAX_TIME, Math.max(0, Math.floor(time)));
  const high = Math.floor(milliseconds / 2 ** 16);
  const version = 0x7000 | (a >>> 20);
  const variant = 0x8000 | ((b >>> 18) & 0x3fff);
  const codes: number[] = [];
  addHex(codes, high, 8);
  codes.push(DASH);
  addHex(codes, milliseconds & 0xffff, 4);
  codes.push(DASH);
  addHex(codes, version, 4);
  codes.push(DASH);
  addHex(codes, variant, 4);
  codes.push(DASH);
  addHex(codes, b & 0xffff, 4);
  addHex(codes, c, 8);
  // In one piece: a text put together of sixteen is copied when it is looked up, which takes as long again.
  return String.fromCharCode(...codes);
}

const DASH = 45;
const ZERO = 48;
const A_LESS_TEN = 87;

function addHex(codes: number[], value: number, digits: number): void {
  for (let shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    const digit = (value >>> shift) & 15;
    codes.push(digit < 10 ? ZERO + digit : A_LESS_TEN + digit);
  }
}

function objectAt(details: JsonObject, key: string): JsonObject | null {
  const value: Json | undefined = details[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

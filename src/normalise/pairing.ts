import type { AuditEvent } from '../model/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { isAtLeast, type Severity } from '../model/severity.ts';
import type { Boots } from './boots.ts';
import { Recent } from './recent.ts';
import { isSecurityAgent } from './security-agents.ts';

/** Loaded programs remembered at least until their unload comes. */
const REMEMBERED = 16_384;

/** A load that an unload may belong to; `details.load` of the unload. */
interface Load {
  readonly eventId: string;
  readonly time: number;
  readonly severity: Severity;
  readonly actor: JsonObject | null;
}

/**
 * Pairs unloads with loads, by the program's id within a boot of a host, whichever sources told of them. The unload then
 * carries `details.load` ({eventId, time, severity, actor?}) and `details.lifeMs` (absent where the clock was set back
 * between them). A load of an id that is loaded already carries `details.unseenUnload`, the load before it: how that
 * one ended nobody told. Both, and an event that tells of a start, carry `details.boot`: how many boots of the host
 * ended before, once one has.
 *
 * Id 0 is no id: kernels of 5.14 to 5.16 clear it before they write an UNLOAD.
 */
export class Pairing {
  #loads = new Recent<Load>(REMEMBERED);
  readonly #boots: Boots;

  constructor(boots: Boots) {
    this.#boots = boots;
  }

  /** The event with what is known of the other end of its program's life. */
  take(event: AuditEvent): AuditEvent {
    if (event.type !== 'program-load' && event.type !== 'program-unload' && !isStart(event)) return event;
    const ended = this.#boots.ended(event.host);
    const boot: JsonObject = ended === 0 ? {} : { boot: ended };
    const key = this.#keyOf(event);
    if (key === null) return ended === 0 ? event : withDetails(event, boot);
    const load = this.#loads.get(key);
    if (event.type === 'program-load') {
      const { id: eventId, time, severity, details } = event;
      this.#loads.set(key, { eventId, time, severity, actor: isJsonObject(details.actor) ? details.actor : null });
      const before: JsonObject = load === undefined ? {} : { unseenUnload: { eventId: load.eventId, time: load.time } };
      return load === undefined && ended === 0 ? event : withDetails(event, { ...before, ...boot });
    }
    if (load === undefined) return ended === 0 ? event : withDetails(event, boot);
    this.#loads.delete(key);
    const { actor, ...rest } = load;
    const lifeMs = event.time - load.time;
    return withDetails(raised(event, load), {
      load: actor === null ? rest : { ...rest, actor },
      ...(lifeMs < 0 ? {} : { lifeMs }),
      ...boot,
    });
  }

  /** A second source told of the load `eventId` and names who made the call. */
  learn(eventId: string, again: AuditEvent): void {
    const key = again.type === 'program-load' ? this.#keyOf(again) : null;
    const load = key === null ? undefined : this.#loads.get(key);
    const { actor } = again.details;
    if (key === null || load?.eventId !== eventId || !isJsonObject(actor)) return;
    // Only the audit log knows who called: bpftool knows who holds the program now.
    const merged = again.source === 'audit' ? { ...load.actor, ...actor } : { ...actor, ...load.actor };
    this.#loads.set(key, { ...load, actor: merged });
  }

  #keyOf({ host, details }: AuditEvent): string | null {
    const { object, result } = details;
    if (!isJsonObject(object) || object.kind !== 'program' || typeof object.id !== 'number' || object.id === 0)
      return null;
    if (isJsonObject(result) && result.success === false) return null;
    return this.#boots.key(host, object.id);
  }
}

function isStart({ type, details: { object } }: AuditEvent): boolean {
  return type === 'config-change' && isJsonObject(object) && object.kind === 'host';
}

/** An unload is a warning at least when a security agent had loaded the program: the host may be less watched now. */
function raised(event: AuditEvent, { actor }: Load): AuditEvent {
  if (isAtLeast(event.severity, 'warning') || actor === null || !isSecurityAgent(actor)) return event;
  return { ...event, severity: 'warning' };
}

function withDetails(event: AuditEvent, details: { readonly [key: string]: Json }): AuditEvent {
  return { ...event, details: { ...event.details, ...details } };
}
